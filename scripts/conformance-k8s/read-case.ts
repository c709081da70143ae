/** Case folders of Kubernetes conversion as data. The format is that of the README which lies beside the cases. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSource } from '@tandem/shared/source';
import { compactJson, toValue } from '@tandem/shared/values';
import type { Json } from '../../agent/src/compile/kubernetes/manifest.ts';
import { isObject, type JsonObject, parsed } from './json.ts';

export interface KubernetesCase {
  readonly name: string;
  readonly input: string;
  /** `connections.yaml`; empty: the default agent. */
  readonly agent: JsonObject;
  readonly expected: JsonObject;
}

/** Reads one case; throws on what is missing or cannot be read, which is a mistake in the case. */
export function readCase(folder: string, name: string): KubernetesCase {
  const at = join(folder, name);
  const connections = join(at, 'connections.yaml');
  const expected = parsed(readFileSync(join(at, 'expected.json'), 'utf8'));
  return {
    name,
    input: readFileSync(join(at, 'input.yaml'), 'utf8'),
    agent: existsSync(connections) ? readYaml(connections) : {},
    expected: isObject(expected) ? expected : {},
  };
}

function readYaml(path: string): JsonObject {
  const read = readSource({ name: 'connections.yaml', text: readFileSync(path, 'utf8') });
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join(' '));
  const json: Json = parsed(compactJson(toValue(read.value)));
  return isObject(json) ? json : {};
}
