import { container } from './container.ts';
import { bool, free, int, intOrRef, listOf, type Shape, section, sub, text, texts } from './shape.ts';

const paths = listOf(free);

export const gitSection = section('git', { url: text, revision: text, flags: texts });

export const dockerfileSection = section(
  'dockerfile',
  {
    image: text,
    env: free,
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
  paths,
  git: sub(gitSection),
  dockerfile: sub(dockerfileSection),
  file: sub(
    section('init file', { content: text, filename: text, chmod: text, kind: text }, { required: ['content'] }),
  ),
  tensorboard: sub(
    section('tensorboard', {
      port: int,
      uuids: { kind: 'words' },
      useNames: bool,
      pathPrefix: text,
      plugins: { kind: 'words' },
    }),
  ),
  lineageRef: text,
  modelRef: text,
  artifactRef: text,
} satisfies Record<string, Shape>;

/** What is prepared before the main container starts; at most one of the kinds in each entry (compiler.md 1.5). */
export const init: Shape = listOf(
  sub(section('init', { ...kinds, connection: text, path: text, container }, { exclusive: Object.keys(kinds) })),
);
