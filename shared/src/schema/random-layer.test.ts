import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { readSource } from '../source/read-source.ts';
import { paramSection } from '../spec/io.ts';
import { layerSection } from '../spec/layer.ts';
import { runKinds } from '../spec/run-kinds.ts';
import { patchSectionOf } from '../spec/run-patch.ts';
import type { Section, Shape } from '../spec/shape.ts';
import { snakeCase } from '../spec/snake-case.ts';
import { allRight, allWrong, judges, problemsOf } from './judges.ts';

/** A value for a field, and whether its form is right. */
interface Made {
  readonly value: unknown;
  readonly isRight: boolean;
}

const placeholder = '{{ x }}';
const right = (...values: readonly unknown[]): fc.Arbitrary<Made> =>
  fc.constantFrom(...values).map((value) => ({ value, isRight: true }));

/** Samples of the values that have a reader of their own. Hyper-parameters are discrete, so that each kind of matrix takes them. */
const samples: Readonly<Record<string, readonly unknown[]>> = {
  hyperParam: [
    { kind: 'choice', value: [1, 'x'] },
    { kind: 'range', value: [1, 5, 2] },
    { kind: 'linspace', value: '0:1:3' },
    { kind: 'logspace', value: { start: 0, stop: 2, num: 3 } },
    { kind: 'daterange', value: ['2026-01-01', '2026-02-01', 7] },
    { kind: 'choice', value: placeholder },
  ],
  eventKind: ['run_status_done', 'connection_git_commit', placeholder],
  containerVariables: [{ a: 1 }, [{ name: 'a', value: 'b' }, { b: 2 }, placeholder], placeholder],
  dockerfileVariables: [{ a: 1, b: null }, [['a', 'b']], [{ a: 1 }, ['b', 2]], placeholder],
  time: ['2026-01-05', '2026-01-05T00:00:00Z', placeholder],
  frequency: [60, 0.5, 'PT1H', placeholder],
  cronExpression: ['0 0 * * *', '@daily', placeholder],
  mountEntry: ['a:b', 'a', { from: 'a' }, { from: 'a', to: 'b' }, placeholder],
  paths: ['a', ['a', ['a', '/b']], placeholder],
  resources: [{ requests: { cpu: '500m', memory: '2Gi' }, limits: { 'nvidia.com/gpu': 1 } }, { limits: {} }],
};

const wrongSamples: Readonly<Record<string, readonly unknown[]>> = {
  hyperParam: [
    { kind: 'choice', value: [1], zzz: 1 },
    { kind: 'choice' },
    { kind: 'nope', value: [1] },
    { kind: 'range', value: [1] },
    { kind: 'range', value: { start: 1, stop: 2, step: 1, zzz: 1 } },
    7,
  ],
  eventKind: ['run_status_zzz', 7],
  time: ['soon', 7],
  frequency: ['daily', 0, -1],
  cronExpression: ['bad cron', 7],
  mountEntry: ['a:b:c', { from: 'a', zzz: 1 }, 7],
  paths: [7, { a: 1 }],
};

/** Sections that need more than their required fields, by rules that zod does not have. */
const alsoNeeded: Readonly<Record<string, readonly string[]>> = { utilityFunction: ['kappa', 'eps'], git: ['url'] };

function layerOf(depth: number): fc.Arbitrary<Made> {
  return fc
    .constantFrom(...runKinds)
    .chain(([, run]) => sectionOf(layerSection, depth, run).chain((made) => withRun(made, run, depth)));
}

/** A run always names its kind here: what one without a kind may have depends on the layer below. */
function withRun(made: Made, run: Section, depth: number): fc.Arbitrary<Made> {
  return sectionOf(run, depth + 1, run).map((inner) => ({
    value: { ...Object(made.value), run: inner.value },
    isRight: made.isRight && inner.isRight,
  }));
}

/** Some fields of a section; now and then with an unknown field, without a required one, or with two that exclude each other. */
function sectionOf(section: Section, depth: number, run: Section, isPatch = false): fc.Arbitrary<Made> {
  const needed = [...section.required, ...(alsoNeeded[section.name] ?? [])];
  const optional = [...section.fields].flatMap(([field, shape]) => {
    const isElsewhere =
      needed.includes(field) || section.exclusive.includes(field) || field === 'run' || field === 'kind';
    return isElsewhere || (isPatch && shape.kind === 'layers') ? [] : [field];
  });
  const kind = section.fields.get('kind');
  const always = !isPatch && kind?.kind === 'text' && kind.oneOf?.length === 1 ? { kind: kind.oneOf[0] } : {};
  return fc
    .record({
      some: fc.subarray(optional, { maxLength: Math.min(optional.length, depth > 2 ? 1 : 3) }),
      alone: fc.subarray([...section.exclusive], { maxLength: Math.min(section.exclusive.length, 1) }),
      mistake: rarely(fc.constantFrom('unknown', 'missing', 'exclusive')),
      snake: fc.boolean(),
    })
    .chain(({ some, alone, mistake, snake }) => {
      const dropped = mistake === 'missing' ? section.required[0] : undefined;
      const together = mistake === 'exclusive' ? section.exclusive.slice(0, 2) : alone;
      const fields = [...needed.filter((field) => field !== dropped), ...together, ...some];
      const values = fields.map((field) => {
        const shape = section.fields.get(field);
        if (shape === undefined) throw new Error(`There is no field ${field}.`);
        return shapeOf(shape, field, depth + 1, run, needed.includes(field) || together.includes(field));
      });
      const isWhole =
        dropped === undefined && (mistake !== 'exclusive' || together.length < 2) && mistake !== 'unknown';
      return fc.tuple(...values).map((made) => ({
        value: {
          ...always,
          ...Object.fromEntries(made.map(({ value }, at) => [spelled(fields[at] ?? '', snake), value])),
          ...(mistake === 'unknown' ? { zzz: 1 } : {}),
        },
        isRight: isWhole && made.every((each) => each.isRight),
      }));
    });
}

function spelled(field: string, snake: boolean): string {
  return snake ? snakeCase(field) : field;
}

function rarely<Value>(of: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> {
  return fc
    .option(of, { freq: 30 })
    .chain((value) => (value === null ? fc.constant(null) : fc.boolean().map((yes) => (yes ? value : null))));
}

/** A value of a shape, sometimes null where that may be, and rarely one of another kind. */
function shapeOf(shape: Shape, field: string, depth: number, run: Section, isNeeded: boolean): fc.Arbitrary<Made> {
  const wrong = wrongFor(shape);
  const fine = rightFor(shape, field, depth, run);
  return fc.oneof(
    { weight: 40, arbitrary: fine },
    { weight: isNeeded ? 0 : 2, arbitrary: right(null) },
    ...(wrong.length === 0 ? [] : [{ weight: 1, arbitrary: fc.constantFrom(...wrong).map(asWrong) }]),
  );
}

function asWrong(value: unknown): Made {
  return { value, isRight: false };
}

/** Values that a shape does not take. */
function wrongFor(shape: Shape): readonly unknown[] {
  switch (shape.kind) {
    case 'free':
      return [];
    case 'text':
      return [shape.oneOf === undefined ? 3 : 'zzz', true, []];
    case 'int':
    case 'float':
    case 'bool':
      return ['zzz', []];
    case 'label':
      return [{}, []];
    case 'custom':
      return wrongSamples[shape.name] ?? [];
    default:
      return [7, true];
  }
}

function rightFor(shape: Shape, field: string, depth: number, run: Section): fc.Arbitrary<Made> {
  const orTemplate = (made: fc.Arbitrary<Made>, takesOne: boolean): fc.Arbitrary<Made> =>
    takesOne ? fc.oneof({ weight: 5, arbitrary: made }, { weight: 1, arbitrary: right(placeholder) }) : made;
  switch (shape.kind) {
    case 'text': {
      if (shape.oneOf !== undefined) return right(...shape.oneOf);
      const { pattern } = shape;
      return right(
        ...['a', 'q-1', 'agent/q', 'a:1', placeholder].filter(
          (text) => pattern?.test(text) !== false || text === placeholder,
        ),
      );
    }
    case 'int':
      return orTemplate(right(1, 2, 30), shape.orRef);
    case 'float':
      return orTemplate(right(1, 0.5, '2.5', ' 1e3 '), shape.orRef);
    case 'bool':
      return orTemplate(right(true, false, 0, 1, 'yes', 'OFF', ' t '), shape.orRef);
    case 'label':
      return right('a', 1, 1.5, true);
    case 'words':
      return right('a, b', ['a', 'b'], []);
    case 'arguments':
      return right(['a', placeholder, null, 3], [], placeholder, 'a b');
    case 'list':
      return orTemplate(listOf(shapeOf(shape.of, field, depth, run, true)), shape.orRef);
    case 'map':
      return listOf(shapeOf(shape.of, field, depth, run, true)).map(({ value, isRight }) => ({
        value: Object.fromEntries(Object.entries(Object(value)).map(([at, each]) => [`n${at}`, each])),
        isRight,
      }));
    case 'section':
      return orTemplate(sectionOf(shape.section, depth, run), shape.orRef);
    case 'kubernetes':
      return orTemplate(sectionOf(shape.section, depth, run), shape.orRef === true);
    case 'tagged':
      return fc
        .constantFrom(...[...shape.of].filter(([kind]) => kind !== 'hyperopt'))
        .chain(([, section]) => sectionOf(section, depth, run));
    case 'params':
      return listOf(paramOf()).map(({ value, isRight }) => ({ value: { ...Object(value) }, isRight }));
    case 'run':
      return sectionOf(patchSectionOf(run), depth, run, true);
    case 'layer':
      return depth > 3 ? right({ name: 'a' }) : layerOf(depth);
    case 'layers':
      return depth > 3 ? right([]) : listOf(layerOf(depth));
    case 'custom':
      return right(...(samples[shape.name] ?? []));
    case 'free':
      return right(1, 'x', [1], { a: { b: 1 } }, true);
  }
}

function paramOf(): fc.Arbitrary<Made> {
  const full = [...paramSection.fields.keys()].filter((field) => field !== 'value' && field !== 'ref');
  return fc.oneof(
    right(1, 'x', null, [1], { zz: 1 }, {}, { value: 1 }, { value: null, contextOnly: true }, { to_env: 'A' }),
    right({ ref: 'ops.a', value: 'outputs.x' }, { ref: 'runs.a', value: { files: ['a'] } }, { ref: null, value: 3 }),
    {
      weight: 1,
      arbitrary: fc.constantFrom(...full).map((field) => ({ value: { [field]: null, zzz: 1 }, isRight: false })),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(3, [1], {}, null).map((value) => ({ value: { ref: 'ops.a', value }, isRight: false })),
    },
  );
}

function listOf(of: fc.Arbitrary<Made>): fc.Arbitrary<Made> {
  return fc.array(of, { maxLength: 2 }).map((made) => ({
    value: made.map(({ value }) => value),
    isRight: made.every(({ isRight }) => isRight),
  }));
}

describe('the compiler, the JSON Schema and the zod types', () => {
  it('agree about the form of any layer', () => {
    const text = readFileSync(join(import.meta.dirname, '../../../docs/reference/tandem.schema.json'), 'utf8');
    const schema: unknown = JSON.parse(text);
    assert.ok(typeof schema === 'object' && schema !== null);
    const verdicts = judges(schema);
    const numRuns = 1000;
    let wrong = 0;
    fc.assert(
      fc.property(layerOf(0), ({ value, isRight }) => {
        if (!isRight) wrong++;
        const source = JSON.stringify(value);
        const tree = readSource({ name: 'random.json', text: source });
        assert.ok(tree.ok, source);
        const why = `${source}\n${problemsOf(tree.value).join('\n')}`;
        assert.deepEqual(verdicts(tree.value), isRight ? allRight : allWrong, why);
      }),
      { numRuns },
    );
    // Both answers have to come up for the agreement to mean something.
    assert.ok(wrong > numRuns / 10 && wrong < numRuns * 0.9, `${wrong} of ${numRuns} were wrong`);
  });
});
