/** One file of an archive. A link has a target and no content. */
export type TarEntry =
  | { readonly path: string; readonly kind: 'file'; readonly content: Buffer; readonly mode: number }
  | { readonly path: string; readonly kind: 'link'; readonly target: string }
  | { readonly path: string; readonly kind: 'folder'; readonly mode: number };

const block = 512;

/** A tar archive in the POSIX form (pax(1), ustar), the same bytes for the same entries. Paths are at most 100 bytes. */
export function tar(entries: readonly TarEntry[]): Buffer {
  const parts = entries.flatMap((entry) => {
    const content = entry.kind === 'file' ? entry.content : Buffer.alloc(0);
    return [header(entry, content.length), content, Buffer.alloc((block - (content.length % block)) % block)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

const kinds = { file: '0', link: '2', folder: '5' } as const;

function header(entry: TarEntry, size: number): Buffer {
  const head = Buffer.alloc(block);
  if (Buffer.byteLength(entry.path) > 100) throw new Error(`too long for this archive: ${entry.path}`);
  head.write(entry.path, 0);
  head.write(octal(entry.kind === 'link' ? 0o777 : entry.mode, 8), 100);
  head.write(octal(0, 8), 108);
  head.write(octal(0, 8), 116);
  head.write(octal(size, 12), 124);
  head.write(octal(0, 12), 136);
  head.write(kinds[entry.kind], 156);
  if (entry.kind === 'link') head.write(entry.target, 157);
  head.write('ustar\u000000', 257);
  // The sum is taken with blanks in its own field.
  head.fill(' ', 148, 156);
  let sum = 0;
  for (const byte of head) sum += byte;
  head.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148);
  return head;
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\u0000`;
}
