import { error } from '../diagnostics/diagnostic.ts';
import { member } from '../source/tree.ts';
import { container } from './container.ts';
import { readShape } from './read-section.ts';
import { boolOrRef, filled, intOrRef, listOf, type Rule, type Shape, section, sub, text, texts } from './shape.ts';
import { dockerfileVariables } from './variables.ts';

const paths = listOf(filled);

/** A single path may stand without its list (compiler.md 1.5). */
const pathOrPaths: Shape = {
  kind: 'custom',
  name: 'paths',
  read: (node, field, reading) =>
    node.kind === 'scalar' && typeof node.value === 'string' ? node : readShape(node, paths, field, reading),
  schema: { anyOf: [{ type: 'string' }, { type: 'array', items: {} }] },
  says: 'a path, or a list of paths or `[from, to]`',
};

export const gitSection = section('git', { url: text, revision: text, flags: texts });

export const dockerfileSection = section(
  'dockerfile',
  {
    image: text,
    env: dockerfileVariables,
    path: texts,
    copy: paths,
    postRunCopy: paths,
    run: texts,
    langEnv: text,
    uid: intOrRef,
    gid: intOrRef,
    username: text,
    filename: text,
    workdir: text,
    workdirPath: text,
    shell: text,
  },
  { required: ['image'] },
);

export const artifactsSection = section('artifacts', { files: paths, dirs: paths, workers: intOrRef });

const kinds = {
  artifacts: sub(artifactsSection),
  paths: pathOrPaths,
  git: sub(gitSection),
  dockerfile: sub(dockerfileSection),
  file: sub(
    section('init file', { content: text, filename: text, chmod: text, kind: text }, { required: ['content'] }),
  ),
  tensorboard: sub(
    section('tensorboard', {
      port: intOrRef,
      uuids: { kind: 'words' },
      useNames: boolOrRef,
      pathPrefix: text,
      plugins: { kind: 'words' },
    }),
  ),
  lineageRef: text,
  modelRef: text,
  artifactRef: text,
} satisfies Record<string, Shape>;

/** A git repository is where its `url` says, or its connection. */
const gitHasPlace: Rule = (_node, entries, reading) => {
  const git = entries.get('git');
  if (git?.value.kind !== 'map' || member(git.value, 'url') !== undefined || entries.has('connection')) return;
  reading.problems.push(
    error('sanitize/missing-field', git.keySpan, '"git" has neither a "url" nor a connection beside it.', {
      hint: 'Add "url: …", or "connection: …" next to "git".',
    }),
  );
};

/** What is prepared before the main container starts; at most one of the kinds in each entry (compiler.md 1.5). */
export const init: Shape = listOf(
  sub(
    section(
      'init',
      { ...kinds, connection: text, path: text, container },
      { exclusive: Object.keys(kinds), rules: [gitHasPlace] },
    ),
  ),
);
