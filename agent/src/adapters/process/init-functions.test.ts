import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { aStep } from '../../testing/a-plan.ts';
import { InitProblem, runInitFunction } from './init-functions.ts';
import { insideFolder } from './inside-folder.ts';
import { attemptFolder, runFolder } from './layout.ts';

const execute = promisify(execFile);
const git = (args: string[]) => execute('git', args);
const uuid = 'a'.repeat(32);

describe('init functions', () => {
  let data: string;
  let repository: string;

  const run = (init: Parameters<typeof runInitFunction>[0]): Promise<void> =>
    runInitFunction(init, {
      folder: runFolder(data, uuid),
      step: attemptFolder(data, uuid, 1).step('init-0'),
      storeRoot: (name) => (name === 'store' ? join(data, 'store') : null),
      env: { PATH: process.env['PATH'] ?? '', HOME: data },
      signal: new AbortController().signal,
    });
  const clone = (given: { url?: string; revision?: string | null; flags?: string[] }): Promise<void> =>
    run({
      ...aStep,
      kind: 'git',
      path: 'repo',
      url: repository,
      revision: null,
      flags: [],
      connection: null,
      keysPath: null,
      ...given,
    });
  const inArtifacts = (path: string): string => join(runFolder(data, uuid).context, 'artifacts', path);

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'tandem-init-'));
    repository = join(data, 'origin');
    await mkdir(repository);
    const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];
    await git(['-C', repository, 'init', '--quiet', '-b', 'main']);
    await writeFile(join(repository, 'a.txt'), 'first');
    await git(['-C', repository, 'add', '.']);
    await git(['-C', repository, ...identity, 'commit', '--quiet', '-m', 'first']);
    await git(['-C', repository, 'tag', 'v1']);
    await writeFile(join(repository, 'a.txt'), 'second');
    await git(['-C', repository, ...identity, 'commit', '--quiet', '-am', 'second']);
  });
  afterEach(() => rm(data, { recursive: true, force: true }));

  it('clones, at a revision, and again after a kill in the middle', async () => {
    await clone({});
    assert.equal(await readFile(inArtifacts('repo/a.txt'), 'utf8'), 'second');
    await clone({ revision: 'v1' });
    assert.equal(await readFile(inArtifacts('repo/a.txt'), 'utf8'), 'first');
  });

  it('refuses urls, revisions and flags that could run something', async () => {
    for (const url of ['ext::sh -c true', 'fd::3', '--upload-pack=touch x', '-oProxyCommand=x', 'https://h/x\nfoo'])
      await assert.rejects(clone({ url }), InitProblem, url);
    await assert.rejects(clone({ revision: '--orphan' }), InitProblem);
    await assert.rejects(clone({ flags: ['--upload-pack=touch /tmp/x'] }), InitProblem);
    await assert.rejects(clone({ flags: ['-c', 'core.sshCommand=x'] }), InitProblem);
  });

  it('says that git failed', async () => {
    await assert.rejects(clone({ url: join(data, 'nothing') }), /git ended with exit code/);
  });

  it('copies artifacts, and leaves links out', async () => {
    await mkdir(join(data, 'store', 'sub'), { recursive: true });
    await writeFile(join(data, 'store', 'sub', 'x'), '1');
    await symlink('/etc/passwd', join(data, 'store', 'sub', 'link'));
    await run({
      ...aStep,
      kind: 'artifacts',
      path: 'in',
      files: [],
      dirs: [{ from: '../../sub', to: 'renamed' }],
      connection: 'store',
      paths: [],
      store: { kind: 'mount', name: 'store', path: '/' },
    });
    assert.equal(await readFile(inArtifacts('in/renamed/x'), 'utf8'), '1');
    await assert.rejects(access(inArtifacts('in/renamed/link')));
    await assert.rejects(
      run({
        ...aStep,
        kind: 'artifacts',
        path: 'in',
        files: [{ from: 'absent', to: 'absent' }],
        dirs: [],
        connection: 'store',
        paths: [],
        store: { kind: 'mount', name: 'store', path: '/' },
      }),
      /does not exist/,
    );
    await assert.rejects(
      run({
        ...aStep,
        kind: 'artifacts',
        path: 'in',
        files: [],
        dirs: [],
        connection: 'bucket',
        paths: [],
        store: { kind: 'mount', name: 'bucket', path: '/' },
      }),
      /not a folder/,
    );
  });

  it('keeps every path inside', async () => {
    for (const path of ['../../../etc', '/etc', '/code'])
      await assert.rejects(
        run({ ...aStep, kind: 'file', path, filename: 'f', content: '', chmod: null }),
        InitProblem,
        path,
      );
    await run({ ...aStep, kind: 'file', path: 'd', filename: '../../../../f', content: 'x', chmod: null });
    assert.equal(await readFile(inArtifacts('d/f'), 'utf8'), 'x');
    for (const path of ['/etc/x', '../../etc/x', 'etc/./x', '/../etc//x'])
      assert.equal(insideFolder('/root', path), '/root/etc/x');
  });
});
