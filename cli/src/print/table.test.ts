import assert from 'node:assert/strict';
import { noColours } from './paint.ts';
import { printTable } from './table.ts';

const columns = [
  { title: 'ID', whole: true },
  { title: 'NAME', whole: false },
  { title: 'STATUS', whole: false },
];
const rows = [
  ['4c05ee2b', 'a rather long name of a run that nobody can read', 'running'],
  ['b189de3c', 'short', 'succeeded'],
];

describe('printTable', () => {
  it('cuts the widest column to fit the terminal, and no id', () => {
    const lines = printTable(columns, rows, { width: 40, paint: noColours }).trimEnd().split('\n');
    for (const line of lines) assert.ok(line.length <= 40, `${line.length}: ${line}`);
    assert.match(lines[1] ?? '', /^4c05ee2b {2}a rather .*… {2}running$/);
  });

  it('cuts nothing where there is no terminal', () => {
    const text = printTable(columns, rows, { width: Number.POSITIVE_INFINITY, paint: noColours });
    assert.ok(text.includes('a rather long name of a run that nobody can read'));
  });

  it('counts a colour as nothing', () => {
    const painted = [['4c05ee2b', 'x', '\u001b[32mok\u001b[39m']];
    const [, line = ''] = printTable(columns, painted, { width: 80, paint: noColours }).split('\n');
    assert.equal(line, '4c05ee2b  x     \u001b[32mok\u001b[39m');
  });
});
