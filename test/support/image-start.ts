import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How an image starts its program: what node is told, and what of the environment is about memory. */
export interface ImageStart {
  readonly nodeFlags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Read from the Dockerfile, so that what is measured is what users run. Throws when it has no entry point of node. */
export function imageStart(image: 'agent' | 'control-plane'): ImageStart {
  const text = readFileSync(join(import.meta.dirname, '../../deploy/images', image, 'Dockerfile'), 'utf8');
  const [program, ...words] = JSON.parse(/^ENTRYPOINT (.+)$/m.exec(text)?.[1] ?? '[]') as readonly string[];
  if (program?.endsWith('/node') !== true) throw new Error(`The image of the ${image} does not start node.`);
  return {
    nodeFlags: words.filter((word) => word.startsWith('--')),
    env: Object.fromEntries([...text.matchAll(/\b(MALLOC_\w+)=(\S+)/g)].map(([, name, value]) => [name, value])),
  };
}
