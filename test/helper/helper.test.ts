import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const module = join(import.meta.dirname, '../../helper');

function go(...args: readonly string[]): { readonly code: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync('go', [...args], { cwd: module, encoding: 'utf8', maxBuffer: 64 << 20 });
  return { code: status, output: `${stdout ?? ''}${stderr ?? ''}` };
}

const hasGo = go('version').code === 0;

/** The tests of the helper are in Go, beside its code; here they are run with all others, a package at a time. */
if (!hasGo && process.env['CI'] === undefined) console.log('left out: the helper. There is no Go.');
else
  describe('helper', function () {
    this.timeout(900_000);

    it('passes vet', () => {
      const { code, output } = go('vet', './...');
      assert.equal(code, 0, output);
    });

    for (const name of ['', 'cmd/tandem-helper', ...packages()]) {
      it(`passes the tests of ${name === '' ? 'its contract' : name}`, () => {
        const { code, output } = go('test', `./${name}`);
        assert.equal(code, 0, output);
        assert.match(output, /^ok /m);
      });
    }
  });

/** Those that have tests. */
function packages(): readonly string[] {
  const { output } = go('list', '-f', '{{if .TestGoFiles}}{{.ImportPath}}{{end}}', './internal/...');
  return output
    .split('\n')
    .filter((line) => line.startsWith('tandem.dev/helper/'))
    .map((line) => line.replace('tandem.dev/helper/', ''));
}
