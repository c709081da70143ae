import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Value } from '@tandem/shared/values';
import { differences } from '../../scripts/conformance/compare.ts';
import { settle } from '../../scripts/conformance/divergences.ts';

const script = join(import.meta.dirname, '../../scripts/conformance.ts');
const input =
  'name: hi\nrun: {kind: job, connections: [vol1], container: {image: b, args: ["{{ connections.vol1.mountPath }}"]}}\n';
const run = (args: string) => ({ kind: 'job', connections: ['vol1'], container: { image: 'b', args: [args] } });
const passing = {
  ok: true,
  compiled: {
    kind: 'compiled_operation',
    name: 'hi',
    strictParams: false,
    contexts: [],
    run: run('{{ connections.vol1.mountPath }}'),
  },
  created: { kind: 'job', runtime: 'job', name: 'hi', params: {}, inputs: {}, tags: null, pending: null },
  resolved: { kind: 'compiled_operation', name: 'hi', run: run('/data1') },
  run: { status: 'created', inputs: {}, outputs: null, meta_info: {}, pending: null, cost: 0 },
};

describe('the runner of conformance cases', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tandem-cases-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function addCase(name: string, yaml: string, expected: object): void {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'input.yaml'), yaml);
    writeFileSync(join(folder, name, 'expected.json'), JSON.stringify(expected));
  }

  function conformance(...args: readonly string[]): {
    readonly code: number | null;
    readonly lines: readonly string[];
  } {
    const { status, stdout } = spawnSync(process.execPath, ['--conditions=source', script, ...args], {
      encoding: 'utf8',
    });
    return { code: status, lines: stdout.trimEnd().split('\n') };
  }

  it('passes what is as expected, documents and refusals', () => {
    addCase('good', input, passing);
    addCase('refused', 'run: {kind: job, container: {image: b}, foo: 1}\n', {
      ok: false,
      stage: 'compile',
      error_kind: 'invalid_document',
      message: 'another text',
    });
    const { code, lines } = conformance(folder);
    assert.deepEqual([code, lines.at(-1)], [0, '2 passed, 0 failed'], lines.join('\n'));
  });

  it('shows the first difference of each failing case with its pointer', () => {
    addCase('good', input, passing);
    addCase('other-value', input, { ...passing, resolved: { ...passing.resolved, run: run('/elsewhere') } });
    addCase('other-error', 'run: {kind: job, container: {image: b}, foo: 1}\n', {
      ok: false,
      stage: 'check',
      error_kind: 'invalid_param',
    });
    addCase('unexpected-error', 'run: {kind: job, connections: [nope], container: {image: b}}\n', passing);
    addCase('unknown-document', input, { ...passing, manifest: [] });
    const { code, lines } = conformance(folder);
    assert.deepEqual([code, lines.at(-1)], [1, '1 passed, 4 failed']);
    for (const line of [
      'FAIL other-value',
      '  /resolved/run/container/args/0: expected "/elsewhere", got "/data1"',
      '  /error_kind: expected "invalid_param", got "invalid_document"',
      '  UnknownConnection: The agent has no connection called "nope".',
      '  /manifest: expected [], got nothing',
    ]) {
      assert.ok(lines.includes(line), `${line}\nis not in\n${lines.join('\n')}`);
    }
    assert.equal(conformance(folder, 'good').lines.at(-1), '1 passed, 0 failed');
  });

  it('fails without a case, and says how it is used', () => {
    const { code, lines } = conformance(folder);
    assert.deepEqual([code, lines.at(-1)], [1, '0 passed, 0 failed']);
    assert.equal(conformance().code, 2);
    assert.equal(conformance(join(folder, 'nowhere')).code, 2);
  });

  it('fails a case that cannot be read, and goes on', () => {
    addCase('good', input, passing);
    addCase('broken', input, passing);
    writeFileSync(join(folder, 'broken', 'expected.json'), '{');
    const { code, lines } = conformance(folder);
    assert.deepEqual([code, lines.at(-1)], [1, '1 passed, 1 failed']);
  });
});

describe('the comparison of conformance documents', () => {
  const retypedAt = '/resolved/cpu';
  const place = (value: Value) => new Map([['resolved', new Map([['cpu', value]])]]);
  const pointers = (expected: Value, got: Value, retyped: readonly string[] = []) =>
    differences(expected, got, new Set(retyped)).map((each) => each.pointer);

  it('takes numbers by value, and lists by length and order', () => {
    assert.deepEqual(pointers([1n, 2n], [1, 2n]), []);
    assert.deepEqual(pointers([1n, 2n], [2n, 1n]), ['/0', '/1']);
    assert.deepEqual(pointers([1n], [1n, null]), ['']);
    assert.deepEqual(pointers('1', 1n), ['']);
    assert.deepEqual(pointers(9007199254740993n, 9007199254740992n), ['']);
    assert.deepEqual(pointers(new Map([['a/b', null]]), new Map([['a/b', 1n]])), ['/a~1b']);
  });

  it('wants the original text where the reference made a value of it', () => {
    assert.deepEqual(pointers(place(2n), place('2'), [retypedAt]), []);
    assert.deepEqual(pointers(place(2n), place(2n), [retypedAt]), [retypedAt]);
    assert.deepEqual(pointers(place(2n), place('3'), [retypedAt]), [retypedAt]);
  });

  it('takes a decided difference only while ours is as listed', () => {
    const entry = { case: 'c', pointer: '/resolved/cpu', ours: '3', reason: 'because', demandedBy: 'us' };
    const open = (ours: Value) =>
      settle(differences(place(2n), place(ours), new Set()), [entry], place(ours)).open.length;
    assert.equal(open('3'), 0);
    assert.equal(open('4'), 2);
    assert.equal(open(2n), 1);
  });
});
