import { Command, type CommandPart } from '@tandem/proto';

/** Most commands that may be in parts at once, and the most bytes that all of them may have. */
export const partLimits = { commands: 64, bytes: 32 * 1024 * 1024 } as const;

interface Pending {
  readonly pieces: Buffer[];
  size: number;
}

/**
 * Puts large commands together again. Parts come in order on one connection; one that does not fit (a repeat, a gap,
 * too much) drops what there is of its command, which is then delivered again as a whole. A new session begins empty.
 */
export class CommandParts {
  readonly #pending = new Map<string, Pending>();
  #bytes = 0;

  /** The command, when this was its last part; null while parts are missing or when they made no sense. */
  add(part: CommandPart): Command | null {
    const pending = this.#pending.get(part.commandId) ?? { pieces: [], size: 0 };
    if (part.index !== pending.pieces.length) {
      // A repeat of a part that we have is harmless; a gap means that the rest is of no use.
      if (part.index > pending.pieces.length) this.#drop(part.commandId);
      return null;
    }
    if (
      this.#bytes + part.data.length > partLimits.bytes ||
      (part.index === 0 && this.#pending.size >= partLimits.commands)
    ) {
      this.#drop(part.commandId);
      return null;
    }
    pending.pieces.push(part.data);
    pending.size += part.data.length;
    this.#bytes += part.data.length;
    this.#pending.set(part.commandId, pending);
    if (part.more) return null;
    this.#drop(part.commandId);
    try {
      return Command.decode(Buffer.concat(pending.pieces));
    } catch {
      return null; // Not an encoded command: it stays unacknowledged, and comes again.
    }
  }

  clear(): void {
    this.#pending.clear();
    this.#bytes = 0;
  }

  #drop(commandId: string): void {
    this.#bytes -= this.#pending.get(commandId)?.size ?? 0;
    this.#pending.delete(commandId);
  }
}
