import assert from 'node:assert/strict';
import { fromJson, isMap } from '@tandem/shared/values';
import { dockerfileText } from './dockerfile.ts';

function textOf(section: object): readonly string[] {
  const value = fromJson(JSON.stringify(section));
  assert.ok(value !== undefined && value !== null && isMap(value));
  return dockerfileText(value).trimEnd().split('\n');
}

describe('a Dockerfile', () => {
  it('has the lines of the reference in its order', () => {
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
      'ENV SHELL="/bin/bash"',
      'ENV PATH="$PATH:/opt/bin"',
      'ENV A="1 \\"2\\""',
      'WORKDIR /w',
      'COPY a /w',
      'COPY b /b',
      'RUN make',
      'RUN make install',
      'COPY late /late',
      'RUN groupadd -g 2000 -r dev && useradd -r -m -s /bin/bash -g dev -u 1000 dev',
      'COPY src /w',
    ]);
  });

  const bash = 'ENV SHELL="/bin/bash"';
  const forms: readonly (readonly [string, object, readonly string[]])[] = [
    ['an image alone', {}, [bash, 'WORKDIR /code']],
    ['variables as a list of mappings', { env: [{ A: 1 }] }, [bash, 'ENV A="1"', 'WORKDIR /code']],
    ['variables as a list of pairs', { env: [['A', true]] }, [bash, 'ENV A="True"', 'WORKDIR /code']],
    ['a shell', { shell: '/bin/sh' }, ['ENV SHELL="/bin/sh"', 'WORKDIR /code']],
    ['one path to copy', { copy: 'a' }, [bash, 'WORKDIR /code', 'COPY a /code']],
    ['code to copy', { workdirPath: './src' }, [bash, 'WORKDIR /code', 'COPY ./src /code']],
  ];
  for (const [what, section, lines] of forms)
    it(`takes ${what}`, () => assert.deepEqual(textOf({ image: 'x', ...section }), ['FROM x', ...lines]));
});
