import { Ajv2020 } from 'ajv/dist/2020.js';
import { type MapNode, member, type Node } from '../source/tree.ts';
import { layerSection } from '../spec/layer.ts';
import { readSection } from '../spec/read-section.ts';
import type { Reading } from '../spec/reading.ts';
import { runKinds } from '../spec/run-kinds.ts';
import { patchSectionOf } from '../spec/run-patch.ts';
import { toValue } from '../values/from-node.ts';
import { isList, isMap, type Value } from '../values/value.ts';
import { layer } from './operation.ts';

/** Whether each of the three readers of the file format takes the form of a document. */
export type Verdicts = Readonly<Record<'compiler' | 'jsonSchema' | 'zod', boolean>>;

export const allRight: Verdicts = { compiler: true, jsonSchema: true, zod: true };
export const allWrong: Verdicts = { compiler: false, jsonSchema: false, zod: false };

/** For tests: asks the compiler, the JSON Schema and the zod types about a document. */
export function judges(schema: object): (node: Node) => Verdicts {
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    strictTuples: false,
    allowUnionTypes: true,
  });
  const validate = ajv.compile(schema);
  return (node) => {
    const value = plain(toValue(node));
    return {
      compiler: problemsOf(node).length === 0,
      jsonSchema: validate(value),
      zod: layer.safeParse(value).success,
    };
  };
}

/** What the compiler says about the form of a layer, of the component inside it, and of the operations of a dag. */
export function problemsOf(node: Node): readonly string[] {
  if (node.kind !== 'map') return ['no mapping'];
  const reading: Reading = { problems: [], ...runOf(node) };
  const inside = [...partsOf(member(node, 'component')), ...operationsOf(member(node, 'run'))];
  readSection(node, layerSection, reading);
  const kind = kindOf(node);
  if (kind !== undefined && !runKinds.has(kind)) return [`There is no run of kind ${kind}.`];
  const own = reading.problems.filter((each) => each.severity === 'error').map((each) => each.message);
  return [...own, ...inside.flatMap(problemsOf)];
}

function kindOf(node: MapNode): string | undefined {
  const run = member(node, 'run');
  const kind = run?.kind === 'map' ? member(run, 'kind') : undefined;
  return kind?.kind === 'scalar' ? String(kind.value) : undefined;
}

function runOf(node: MapNode): Pick<Reading, 'run' | 'runPatch'> {
  const section = runKinds.get(kindOf(node) ?? '');
  const below = member(node, 'component');
  if (section === undefined) return below?.kind === 'map' ? runOf(below) : { run: null, runPatch: null };
  return { run: section, runPatch: patchSectionOf(section) };
}

function operationsOf(run: Node | undefined): readonly Node[] {
  if (run?.kind !== 'map') return [];
  return ['operations', 'components'].flatMap((field) => {
    const list = member(run, field);
    return list?.kind === 'list' ? list.items : partsOf(list);
  });
}

/** Nothing when it is left out or empty. */
function partsOf(node: Node | undefined): readonly Node[] {
  return node === undefined || (node.kind === 'scalar' && node.value === null) ? [] : [node];
}

/** A value as JSON has it. */
function plain(value: Value): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map(plain);
  return isMap(value) ? Object.fromEntries([...value].map(([key, each]) => [key, plain(each)])) : null;
}
