import assert from 'node:assert/strict';
import fc from 'fast-check';
import { aRun } from '../compile/a-run.ts';
import { openBytes } from './open-bytes.ts';
import { sealBytes, sha256Hex } from './seal-bytes.ts';
import { AgentOwned, AgentText, type Sealed, type SealedSpec } from './sealed-spec.ts';

const spec: SealedSpec = {
  stage1: 1,
  run: aRun({}),
  inputs: [
    {
      name: 'lr',
      type: 'float',
      isList: false,
      isFlag: false,
      argFormat: null,
      connection: null,
      toEnv: 'LR',
      value: 1,
    },
  ],
  outputs: [],
  contexts: [],
  termination: {
    maxRetries: 2,
    timeoutSeconds: 60,
    ttlSeconds: null,
    podFailurePolicy: new Map([['rules', [new Map([['action', 'Ignore']])]]]),
    culling: { timeoutSeconds: 600, path: '/api/status', port: null },
  },
  connections: ['data'],
  plugins: new Map(),
  body: new Map<string, Sealed>([
    ['kind', 'job'],
    ['$odd', 'a key of the author'],
    ['args', ['{{ literal }}', new AgentText(['ls ', new AgentOwned('connections.data.url', new Map([['a', 1n]]))])]],
    ['port', new AgentOwned('init.data.port', new Map())],
  ]),
};

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('sealed bytes', () => {
  it('open to the spec that was sealed', () => {
    const opened = openBytes(sealBytes(spec).bytes);
    assert.ok(opened.ok);
    assert.deepEqual(opened.spec, spec);
  });

  it('show open places as nodes and escape keys that begin with $', () => {
    const text = textOf(sealBytes(spec).bytes);
    assert.ok(text.includes('"$text":["ls ",{"$agent":"connections.data.url","with":{"a":1}}]'));
    assert.ok(text.includes('"$$odd"'));
    assert.ok(text.includes('"value":1.0'));
  });

  it('are the same on every machine', () => {
    const { bytes, sha256 } = sealBytes(spec);
    assert.equal(sha256, sha256Hex(bytes));
    assert.equal(sha256Hex(encode('')), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  const refused: readonly (readonly [string, (text: string) => string, 'newer' | 'malformed'])[] = [
    ['a later edition', (text) => text.replace('"stage1":1', '"stage1":2'), 'newer'],
    ['no edition', (text) => text.replace('"stage1":1', '"stage1":"1"'), 'malformed'],
    ['an unknown node', (text) => text.replace('"$agent":"init.data.port"', '"$other":1'), 'malformed'],
    ['a node with more keys', (text) => text.replace('"$agent":"init.data.port"', '"$agent":"a","x":1'), 'malformed'],
    ['a field of the wrong kind', (text) => text.replace('"maxRetries":2', '"maxRetries":"2"'), 'malformed'],
    ['a missing field', (text) => text.replace('"isFlag":false,', ''), 'malformed'],
    ['a repeated key', (text) => text.replace('"stage1":1', '"stage1":1,"stage1":1'), 'malformed'],
    ['no JSON', () => 'x', 'malformed'],
    ['a list', () => '[]', 'malformed'],
  ];
  for (const [what, change, reason] of refused) {
    it(`refuses ${what}`, () => {
      const opened = openBytes(encode(change(textOf(sealBytes(spec).bytes))));
      assert.equal(opened.ok ? 'ok' : opened.reason, reason);
    });
  }

  it('never throw, whatever the bytes are', () => {
    const valid = sealBytes(spec).bytes;
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.tuple(fc.nat(valid.length - 1), fc.nat(255)).map(([at, byte]) => valid.with(at, byte)),
        ),
        (bytes) => void openBytes(bytes),
      ),
    );
  });
});
