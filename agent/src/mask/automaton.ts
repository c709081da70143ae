import type { Buffer } from 'node:buffer';

/**
 * All forms of all secrets as one Aho-Corasick automaton over bytes: one step per byte, whatever the number of secrets.
 * Nodes are rows of typed arrays; a node has few children, so they are a linked list, and only the root has a table.
 */
export interface Automaton {
  readonly size: number;
  /** The node after one more byte. */
  step(node: number, byte: number): number;
  /** How many of the last bytes may still become a match. */
  depth(node: number): number;
  /** Length of the longest form that ends here; 0 for none. */
  matched(node: number): number;
}

/** Builds the automaton. Cost and memory grow with the sum of lengths: about 25 bytes for each byte of a form. */
export function buildAutomaton(forms: readonly Buffer[]): Automaton {
  const room = 1 + forms.reduce((sum, form) => sum + form.length, 0);
  const byteOf = new Uint8Array(room);
  const firstChild = new Int32Array(room);
  const nextSibling = new Int32Array(room);
  const fail = new Int32Array(room);
  const depthOf = new Int32Array(room);
  const longest = new Int32Array(room);
  const rootTable = new Int32Array(256);
  let count = 1;

  const child = (node: number, byte: number): number => {
    if (node === 0) return rootTable[byte] ?? 0;
    let at = firstChild[node] ?? 0;
    while (at !== 0 && byteOf[at] !== byte) at = nextSibling[at] ?? 0;
    return at;
  };

  const addChild = (node: number, byte: number): number => {
    const made = count++;
    byteOf[made] = byte;
    depthOf[made] = (depthOf[node] ?? 0) + 1;
    nextSibling[made] = firstChild[node] ?? 0;
    firstChild[node] = made;
    if (node === 0) rootTable[byte] = made;
    return made;
  };

  for (const form of forms) {
    let node = 0;
    for (const byte of form) node = child(node, byte) || addChild(node, byte);
    if (node !== 0) longest[node] = form.length;
  }

  const step = (from: number, byte: number): number => {
    let node = from;
    for (;;) {
      const next = child(node, byte);
      if (next !== 0 || node === 0) return next;
      node = fail[node] ?? 0;
    }
  };

  // Breadth first: the failure link of a node needs those of all shorter ones.
  const queue = new Int32Array(count);
  let head = 0;
  let tail = 0;
  queue[tail++] = 0;
  while (head < tail) {
    const node = queue[head++] ?? 0;
    for (let at = firstChild[node] ?? 0; at !== 0; at = nextSibling[at] ?? 0) {
      fail[at] = node === 0 ? 0 : step(fail[node] ?? 0, byteOf[at] ?? 0);
      longest[at] = Math.max(longest[at] ?? 0, longest[fail[at] ?? 0] ?? 0);
      queue[tail++] = at;
    }
  }

  return {
    size: count,
    step,
    depth: (node) => depthOf[node] ?? 0,
    matched: (node) => longest[node] ?? 0,
  };
}
