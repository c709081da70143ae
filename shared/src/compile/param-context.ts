import { asSealedText, closed } from '../template/render.ts';
import { asText } from '../values/print.ts';
import { isMap, type Value } from '../values/value.ts';
import { AgentOwned, AgentText, type Sealed } from '../wire/sealed-spec.ts';
import type { Context, Io } from './drafts.ts';

/**
 * The context while params are being resolved: it grows by one name per param, and rendering sees it grow.
 * Open values go to `late` under every name by which they can be reached, known ones to `names`.
 */
export class ParamContext {
  readonly #names: Map<string, Value>;
  readonly #params = new Map<string, Value>();
  readonly #late = new Map<string, Sealed>();
  readonly #arguments = new Map<string, Sealed>();
  readonly #hidden: ReadonlySet<string>;

  constructor(base: Context) {
    this.#names = new Map(base.names);
    this.#names.set('params', this.#params);
    this.#hidden = base.hidden;
  }

  /** A context of its own that begins as this one is. */
  copy(): ParamContext {
    const copy = new ParamContext({ names: this.#names, late: this.#late, hidden: this.#hidden });
    for (const [name, facts] of this.#params) copy.#params.set(name, facts);
    for (const [name, argument] of this.#arguments) copy.#arguments.set(name, argument);
    for (const [name, value] of this.#late) copy.#late.set(name, value);
    return copy;
  }

  /** The context as it is now and as it will be: later names appear in it. */
  growing(): Context {
    return { names: this.#names, late: this.#late, hidden: this.#hidden };
  }

  finished(): Context {
    return { names: new Map(this.#names), late: new Map(this.#late), hidden: this.#hidden };
  }

  /** Adds a param by its name and below `params` (compiler.md 3.5). A flag stands for its option, `--name` or nothing. */
  set(name: string, io: Io | undefined, value: Sealed, connection: string | null): void {
    const known = closed(value);
    const facts = new Map<string, Value>([
      ['connection', connection],
      ['type', io?.type ?? null],
    ]);
    this.#params.set(name, facts);
    if (known === undefined) this.#setLate(name, value);
    else {
      const flag = io?.isFlag === true ? (known === true ? `--${name}` : '') : undefined;
      this.#names.set(name, flag ?? known);
      facts.set('value', known);
      facts.set('as_str', flag ?? asText(known));
      this.setArgument(name, flag ?? (known === null ? '' : `--${name}=${asText(known)}`));
    }
  }

  #setLate(name: string, value: Sealed): void {
    this.#late.set(name, value);
    this.#late.set(`params.${name}.value`, value);
    const text = value instanceof AgentOwned || value instanceof AgentText ? asSealedText(value) : value;
    this.#late.set(`params.${name}.as_str`, text);
    const parts = text instanceof AgentText ? text.parts : [];
    this.setArgument(name, parts.length > 0 ? new AgentText([`--${name}=`, ...parts]) : value);
  }

  /** Sets or replaces `params.NAME.as_arg`. */
  setArgument(name: string, argument: Sealed): void {
    this.#arguments.set(name, argument);
    const facts = this.#params.get(name);
    const known = closed(argument);
    if (known === undefined) this.#late.set(`params.${name}.as_arg`, argument);
    else if (facts instanceof Map) facts.set('as_arg', known);
  }

  /** `params.as_args`: the arguments that are not empty, in order. */
  setAllArguments(names: readonly string[]): void {
    const all = names.map((name) => this.#arguments.get(name) ?? '').filter((each) => each !== '');
    const known = closed(all);
    if (known === undefined) this.#late.set('params.as_args', all);
    else this.#params.set('as_args', known);
  }

  /** Adds names below `globals`. */
  addGlobals(entries: readonly (readonly [string, Value])[]): void {
    const globals = this.#names.get('globals');
    this.#names.set(
      'globals',
      new Map([...(globals !== undefined && globals !== null && isMap(globals) ? globals : []), ...entries]),
    );
  }
}
