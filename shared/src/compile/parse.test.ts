import assert from 'node:assert/strict';
import { parse } from './parse.ts';
import { checked, must, said } from './testing/harness.ts';

describe('parse', () => {
  it('keeps the order of the files, the first being the operation', () => {
    const files = ['name: a', 'name: b', 'name: c'].map((text, at) => ({ name: `${at}.yaml`, text }));
    const parsed = must(parse({ files, params: [] }));
    assert.equal(parsed.main.span.source.name, '0.yaml');
    assert.deepEqual(
      parsed.presets.map((preset) => preset.span.source.name),
      ['1.yaml', '2.yaml'],
    );
  });

  it('reports the problems of all files at once', () => {
    const files = ['name: [a', 'name: "b', '- 1'].map((text, at) => ({ name: `${at}.yaml`, text }));
    const places = said(parse({ files, params: [] }));
    assert.deepEqual(
      places.map((place) => place.split(' @ ')[1]?.slice(0, 6)),
      ['0.yaml', '1.yaml', '2.yaml'],
    );
  });

  it('refuses a param that is given twice, at the second', () => {
    const param = (text: string) => {
      const source = { name: `-P ${text}`, text };
      return {
        name: 'a',
        value: { kind: 'scalar' as const, value: text, span: { source, start: 0, end: text.length } },
      };
    };
    const outcome = checked('run: {kind: job, container: {image: i}}', { params: [param('1'), param('2')] });
    assert.deepEqual(said(outcome), ['params/repeated @ -P 2:1:1']);
  });

  it('warns of what YAML 1.2 would read in another way, and goes on', () => {
    const outcome = parse({ files: [{ name: 'main.yaml', text: 'name: x\ntags: [yes, 012]\n' }], params: [] });
    assert.deepEqual(said(outcome), ['parse/yaml-1.1 @ 2:8', 'parse/yaml-1.1 @ 2:13']);
  });
});
