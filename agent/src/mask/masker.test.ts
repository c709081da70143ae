import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { Secret } from '../secret.ts';
import { buildAutomaton } from './automaton.ts';
import { clean } from './clean.ts';
import { formsOf } from './forms.ts';
import { MaskStream } from './mask-stream.ts';
import { createMasker, maskLimits } from './masker.ts';

const masker = (...values: string[]) =>
  createMasker(
    'values',
    values.map((value) => new Secret(value)),
  );

/** Text of 8 to 40 characters that no other part of a test can contain by chance. */
const secretText = fc.string({
  minLength: 8,
  maxLength: 40,
  unit: fc.constantFrom(...'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789+/=&"\\<%'),
});
const noise = fc.string({ maxLength: 40, unit: fc.constantFrom(...'abcdefghijk .-\n') });

describe('masking', () => {
  it('never lets a secret through, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(secretText, { minLength: 1, maxLength: 5 }),
        fc.array(noise, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 64 }),
        (secrets, noises, size) => {
          const stream = masker(...secrets).stream();
          const bytes = Buffer.from(
            noises.flatMap((text, index) => [text, secrets[index % secrets.length] ?? '']).join(''),
          );
          let out = '';
          for (let at = 0; at < bytes.length; at += size)
            out += stream.push(bytes.subarray(at, at + size)).toString('latin1');
          out += stream.flush(false).toString('latin1');
          for (const secret of secrets) assert.ok(!out.includes(secret), `${secret} in ${out}`);
          for (const text of noises) assert.ok(out.includes(text));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('changes nothing where there is no secret', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 64 }), (bytes, size) => {
        const stream = new MaskStream(
          buildAutomaton([
            Buffer.from('secret-that-is-absent'),
            Buffer.from('\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009'),
          ]),
        );
        const parts: Buffer[] = [];
        for (let at = 0; at < bytes.length; at += size) parts.push(stream.push(bytes.subarray(at, at + size)));
        assert.deepEqual(Buffer.concat([...parts, stream.flush(false)]), Buffer.from(bytes));
      }),
    );
  });

  it('finds every written form of a secret', () => {
    const value = 'pass word/with+"quotes"&more%é';
    const mask = masker(value);
    const json = JSON.stringify(value).slice(1, -1);
    for (const form of [
      value,
      encodeURIComponent(value),
      json,
      Buffer.from(value).toString('hex'),
      Buffer.from(value).toString('hex').toUpperCase(),
    ]) {
      assert.equal(mask.text(`<${form}>`), '<[secret]>', form);
    }
    for (const before of ['', 'x', 'xy', 'xyz']) {
      for (const encoding of ['base64', 'base64url'] as const) {
        const text = Buffer.from(`${before}${value}!tail`).toString(encoding);
        const masked = mask.text(text);
        assert.match(masked, /\[secret\]/);
        assert.ok(masked.length - '[secret]'.length < 14, `${masked} shows at most the edges`);
      }
    }
  });

  it('masks each line of a secret of several lines', () => {
    const key = '-----BEGIN KEY-----\nabcdefgh12345678\nijklmnop87654321\n-----END KEY-----\n';
    assert.ok(!masker(key).text('x ijklmnop87654321 y').includes('ijklmnop'));
  });

  it('masks secrets that overlap or touch', () => {
    assert.equal(masker('abcdefgh', 'efghijkl').text('1abcdefghijkl2abcdefghefghijkl3'), '1[secret]2[secret]3');
  });

  it('leaves out values that are too short to be masked', () => {
    assert.equal(masker('a', '1234567').text('banana 1234567'), 'banana 1234567');
  });

  it('masks a prefix of 8 bytes when the rest of the line was cut off', () => {
    const mask = masker('a-secret-of-some-length');
    assert.equal(mask.line(Buffer.from('x a-secret-o'), true), 'x [secret]');
    assert.equal(mask.line(Buffer.from('x a-secret-o'), false), 'x a-secret-o');
  });

  it('falls back to patterns above its limits', () => {
    const many = createMasker(
      'values',
      Array.from({ length: maskLimits.values + 1 }, (_, index) => new Secret(`secret-number-${index}`)),
    );
    assert.equal(many.complete, false);
    assert.equal(many.text('secret-number-1 ghp_abcdefghijklmnopqrstuvwxyz0123456789'), 'secret-number-1 [secret]');
  });

  it('masks well-known shapes without knowing a value', () => {
    const mask = createMasker('patterns', []);
    const cases = {
      'key AKIAIOSFODNN7EXAMPLE.': 'key [secret].',
      'https://user:hunter2@host/x': 'https://[secret]@host/x',
      'glpat-abcdefghij0123456789': '[secret]',
      'Authorization: Bearer abcdef0123456789': 'Authorization: Bearer [secret]',
      'see ?sig=abcdefghijklmnop1234%3D&x=1': 'see ?sig=[secret]&x=1',
    };
    for (const [text, expected] of Object.entries(cases)) assert.equal(mask.text(text), expected);
    assert.ok(!mask.text(`t=eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl`).includes('eyJ'));
  });

  it('cleans text: masked, printable, whole, at most 4 KiB', () => {
    const mask = masker('the-secret-value');
    assert.equal(clean('a\u001b[31mred\u001b[0m\u0000\u0007b\r\nc\td', mask), 'aredb\nc\td');
    assert.equal(clean('the-sec\u001b[1mret-value', mask), '[secret]', 'also when escapes cut it');
    assert.equal(clean('x\ud800y', mask), 'x\ufffdy');
    const long = clean('é'.repeat(5_000), mask);
    assert.ok(Buffer.byteLength(long) <= 4_096 && long.endsWith('é…'));
  });

  it('makes forms that are long enough only', () => {
    assert.ok(formsOf('12345678').every((form) => form.length >= 8));
    assert.deepEqual(formsOf('short'), []);
  });
});

describe('Secret', () => {
  it('prints as [secret] however it is printed', () => {
    const secret = new Secret('visible');
    assert.deepEqual(
      [`${secret}`, JSON.stringify({ secret }), inspect(secret), inspect({ deep: [secret] })],
      ['[secret]', '{"secret":"[secret]"}', '[secret]', '{ deep: [ [secret] ] }'],
    );
    assert.ok(!Object.values(secret).includes('visible'));
  });

  it('is revealed in two places of the product', () => {
    const root = join(import.meta.dirname, '..');
    const callers = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
      .flatMap((path) => [...readFileSync(join(root, path), 'utf8').matchAll(/\.reveal\(\)/g)].map(() => path));
    assert.deepEqual(callers.sort(), ['adapters/process/deliver.ts', 'mask/masker.ts']);
  });
});
