import assert from 'node:assert/strict';
import { fromJson, isMap } from '@tandem/shared/values';
import { dockerfileText } from './dockerfile.ts';

function textOf(section: object): readonly string[] {
  const value = fromJson(JSON.stringify(section));
  assert.ok(value !== undefined && value !== null && isMap(value));
  return dockerfileText(value).trimEnd().split('\n');
}

describe('a Dockerfile', () => {
  it('has its lines in an order in which they build on each other', () => {
    const section = {
      postRunCopy: [['late', '/late']],
      run: ['make', 'make install'],
      copy: ['a', ['b', '/b']],
      workdir: '/w',
      workdirPath: 'src',
      env: { A: '1 "2"' },
      path: ['/opt/bin'],
      langEnv: 'C.UTF-8',
      uid: 1000,
      gid: 2000,
      username: 'dev',
      image: 'python:3',
    };
    assert.deepEqual(textOf(section), [
      'FROM python:3',
      'ENV LC_ALL="C.UTF-8"',
      'ENV LANG="C.UTF-8"',
      'ENV LANGUAGE="C.UTF-8"',
      'ENV PATH="/opt/bin:$PATH"',
      'ENV A="1 \\"2\\""',
      'WORKDIR /w',
      'COPY a .',
      'COPY b /b',
      'RUN make',
      'RUN make install',
      'RUN groupadd -g 2000 -r dev && useradd -r -m -s /bin/bash -g dev -u 1000 dev',
      'COPY src /w',
      'COPY late /late',
    ]);
  });

  const forms: readonly (readonly [string, object, string])[] = [
    ['variables as a list of mappings', { env: [{ A: 1 }] }, 'ENV A="1"'],
    ['variables as a list of pairs', { env: [['A', true]] }, 'ENV A="True"'],
    ['a shell as its words', { shell: '["/bin/bash", "-c"]' }, 'SHELL ["/bin/bash", "-c"]'],
    ['a shell as a program', { shell: '/bin/bash' }, 'SHELL ["/bin/bash","-c"]'],
    ['one path to copy', { copy: 'a' }, 'COPY a .'],
  ];
  for (const [what, section, line] of forms)
    it(`takes ${what}`, () => assert.deepEqual(textOf({ image: 'x', ...section }), ['FROM x', line]));
});
