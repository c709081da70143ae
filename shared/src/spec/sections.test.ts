import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toJson } from '../diagnostics/print.ts';
import { readJson } from '../source/json.ts';
import { readSource } from '../source/read-source.ts';
import { type MapNode, member } from '../source/tree.ts';
import { toValue } from '../values/from-node.ts';
import { encodeWire } from '../wire/wire-json.ts';
import { layerSection } from './layer.ts';
import { readSection } from './read-section.ts';
import type { Reading } from './reading.ts';
import { runKinds } from './run-kinds.ts';
import { patchSectionOf } from './run-patch.ts';
import type { Section } from './shape.ts';

/**
 * The cases of `cases/*.cases`: `# title`, a YAML layer, then either `=> JSON`, the canonical form, where `2` and `2.0`
 * differ, or one line `! code line:column` for each thing to be said, or both for warnings.
 */
interface Case {
  readonly title: string;
  readonly yaml: string;
  readonly canonical: string | undefined;
  readonly said: readonly string[];
}

const folder = join(import.meta.dirname, 'cases');

function casesOf(text: string): readonly Case[] {
  return text
    .split(/^# /m)
    .slice(1)
    .map((part) => {
      const [title = '', ...lines] = part.trimEnd().split('\n');
      const isExpected = (line: string): boolean => line.startsWith('=> ') || line.startsWith('! ');
      return {
        title,
        yaml: `${lines.filter((line) => !isExpected(line)).join('\n')}\n`,
        canonical: lines.find((line) => line.startsWith('=> '))?.slice(3),
        said: lines.filter((line) => line.startsWith('! ')).map((line) => line.slice(2)),
      };
    });
}

function sectionOfRun(layer: MapNode): Section | null {
  const run = member(layer, 'run');
  const kind = run?.kind === 'map' ? member(run, 'kind') : undefined;
  return kind?.kind === 'scalar' ? (runKinds.get(String(kind.value)) ?? null) : null;
}

describe('sections', () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.cases'))) {
    describe(file.replace('.cases', ''), () => {
      const cases = casesOf(readFileSync(join(folder, file), 'utf8'));
      assert.ok(cases.length > 2);
      for (const each of cases)
        it(each.title, () => {
          const source = readSource({ name: file, text: each.yaml });
          assert.ok(source.ok, each.yaml);
          const run = sectionOfRun(source.value);
          const reading: Reading = { problems: [], run, runPatch: run === null ? null : patchSectionOf(run) };
          const canonical = readSection(source.value, layerSection, reading);
          const said = reading.problems.map(toJson).map(({ code, line, column }) => `${code} ${line}:${column}`);
          assert.deepEqual(said, each.said);
          assert.ok(each.canonical !== undefined || each.said.length > 0);
          if (each.canonical === undefined) return;
          const expected = readJson({ name: file, text: each.canonical });
          assert.ok(expected.ok, each.canonical);
          assert.equal(encodeWire(toValue(canonical)), encodeWire(toValue(expected.value)));
        });
    });
  }
});
