import { check, compile, contentOf } from '@tandem/shared/compile';
import { type RunFacts, sealBytes } from '@tandem/shared/wire';
import { processPaths } from '../../agent/src/adapters/process/layout.ts';
import { finishCompilation } from '../../agent/src/compile/stages.ts';

/** Fixed, so that the page is the same every time. */
const run: RunFacts = {
  uuid: '4c05ee2b8d9641d79602a5f8f6101c94',
  name: 'iris',
  owner: 'acme',
  project: 'flowers',
  projectUuid: 'b1f0c3c8f3a94f0c9d4a3d1b6f6c2e11',
  username: 'maria',
  userEmail: 'maria@acme.example',
  kind: 'job',
  runtime: 'job',
  namespace: 'default',
  queue: 'local/default',
  createdAt: '2026-11-23T10:00:00.000000Z',
  compiledAt: '2026-11-23T10:00:00.000000Z',
};

/** `docs/guide/how-a-run-is-compiled.md`: one real operation, followed through both halves. */
export function compiledPage(text: string): string {
  const source = {
    name: 'polyaxonfile.yaml',
    text: text.replace('learning_rate: 0.5', 'learning_rate: 0.5\n  source: /examples/iris'),
  };
  const checked = must(check({ files: [source], params: [] }));
  const compiled = must(compile(checked, { run }));
  const { bytes, sha256 } = sealBytes(compiled.spec);
  const planned = finishCompilation(
    { bytes, sha256 },
    { uuid: run.uuid, attempt: 1, generation: 1 },
    {
      catalogue: { connections: new Map(), artifactsStore: null },
      paths: processPaths('/data', run.uuid),
      settings: { host: null, compat: false, graceSeconds: 30 },
    },
  );
  if (!planned.ok) throw new Error(`The example does not compile in the agent: ${planned.message}`);
  const main = planned.value.replicas[0]?.main;
  return [
    '# How a run is compiled',
    '',
    'Made by `pnpm gen` from `examples/iris`; do not edit. Every block below is what the stages really gave.',
    '',
    '## What the user wrote',
    '',
    fence('yaml', source.text),
    '',
    '## Offline: parse, sanitize, assemble, type-check, graph',
    '',
    'The command line runs these on local files and the server runs them again. They know no run and no server. Layers have become one operation;',
    'types are checked; templates are parsed and left alone. The interface shows this form as the content of the run:',
    '',
    fence('json', pretty(contentOf(checked))),
    '',
    '## In the control plane: access, references, globals, params, joins, matrix, conditions, seal',
    '',
    'Names that the control plane knows are filled in. What mentions a name of the agent stays open, as a node and not as text: look for `$agent`.',
    `These bytes cross the wire, in canonical order, with their hash \`${sha256.slice(0, 16)}…\`:`,
    '',
    fence('json', pretty(new TextDecoder().decode(bytes))),
    '',
    '## In the agent: open, connections, secrets, plan',
    '',
    'The agent checks edition and hash, fills what was open and makes a plan, which an executor turns into processes or Kubernetes objects:',
    '',
    fence(
      'json',
      JSON.stringify(
        {
          command: main?.command,
          args: main?.args,
          termination: planned.value.termination,
          outputs: planned.value.outputs,
        },
        null,
        2,
      ),
    ),
    '',
  ].join('\n');
}

/** The example is ours: if it does not compile, the page cannot be made. */
function must<T>(outcome: { ok: true; value: T } | { ok: false; problems: readonly { message: string }[] }): T {
  if (outcome.ok) return outcome.value;
  throw new Error(`The example does not compile: ${outcome.problems.map((each) => each.message).join(' ')}`);
}

const fence = (language: string, text: string): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;

const token = /"(?:[^"\\]|\\.)*"|\{\}|\[\]|[{}[\],:]|[^{}[\],:"\s]+/g;

/** Wire JSON with line breaks, numbers as they are. */
function pretty(text: string): string {
  let depth = 0;
  const line = (change: number): string => {
    depth += change;
    return `\n${'  '.repeat(depth)}`;
  };
  return text.replace(token, (part) => {
    switch (part) {
      case '{':
      case '[':
        return part + line(1);
      case '}':
      case ']':
        return line(-1) + part;
      case ',':
        return part + line(0);
      case ':':
        return ': ';
      default:
        return part;
    }
  });
}
