/** One name that an author may use inside `{{ }}`. */
export interface NameEntry {
  readonly name: string;
  readonly type: string;
  /** The stage that makes it known. */
  readonly since: 'globals' | 'params' | 'connections';
  readonly by: 'control-plane' | 'agent';
  readonly says: string;
}

type Source = Pick<NameEntry, 'since' | 'by'>;
const atGlobals: Source = { since: 'globals', by: 'control-plane' };
const atParams: Source = { since: 'params', by: 'control-plane' };
const atAgent: Source = { since: 'connections', by: 'agent' };

/**
 * Every name an author may use, once (style-anchors B.3): evaluation, suggestions, the seal and the reference page are made
 * from it. `<…>` stands for a name that the author chose. What each side fills is decisions.md 16.
 */
export const names: readonly NameEntry[] = [
  entry('globals.uuid', 'uuid', atGlobals, 'The uuid of the run, 32 hex digits.'),
  entry('globals.name', 'str', atGlobals, 'The name of the run, or null.'),
  entry('globals.kind', 'str', atGlobals, 'The kind of the run: job, service and so on.'),
  entry('globals.runtime', 'str', atGlobals, 'The run kind as the file has it.'),
  entry('globals.owner_name', 'str', atGlobals, 'The owner of the project.'),
  entry('globals.project_name', 'str', atGlobals, 'The name of the project.'),
  entry('globals.project_unique_name', 'str', atGlobals, 'Owner and project: "owner.project".'),
  entry('globals.project_uuid', 'uuid', atGlobals, 'The uuid of the project.'),
  entry('globals.run_info', 'str', atGlobals, 'Owner, project and run: "owner.project.runs.uuid".'),
  entry('globals.username', 'str', atGlobals, 'The name of the user who started the run, or null.'),
  entry('globals.user_email', 'str', atGlobals, 'The address of that user, or null.'),
  entry('globals.namespace', 'str', atGlobals, 'The Kubernetes namespace of the run.'),
  entry('globals.iteration', 'int', atGlobals, 'The iteration inside a matrix, or null.'),
  entry('globals.created_at', 'datetime', atGlobals, 'When the run was created.'),
  entry('globals.compiled_at', 'datetime', atGlobals, 'When the run was compiled.'),
  entry('globals.schedule_at', 'datetime', atGlobals, 'When the run was scheduled for, or null.'),
  entry('globals.started_at', 'datetime', atGlobals, 'When the run started; null while it is compiled.'),
  entry('globals.finished_at', 'datetime', atGlobals, 'When the run ended; null while it is compiled.'),
  entry('globals.duration', 'int', atGlobals, 'Seconds that the run took; null while it is compiled.'),
  entry('globals.cloning_kind', 'str', atGlobals, 'How the run was made from another one, or null.'),
  entry('globals.original_uuid', 'uuid', atGlobals, 'The run that it was made from, or null.'),
  entry('globals.is_independent', 'bool', atGlobals, 'Whether the run belongs to no pipeline.'),
  entry('globals.pipeline_uuid', 'uuid', atGlobals, 'The pipeline of the run, or null.'),
  entry('globals.pipeline_name', 'str', atGlobals, 'The name of that pipeline, or null.'),
  entry('globals.controller_uuid', 'uuid', atGlobals, 'The topmost pipeline above the run, or null.'),
  entry('globals.run_relative_outputs_path', 'path', atGlobals, 'The outputs path below the artifacts store.'),
  entry('globals.ports', 'list', atGlobals, 'The ports of a service.'),
  entry('globals.base_url', 'str', atGlobals, 'The path under which the first port of a service is reached.'),
  entry('globals.base_urls', 'list', atGlobals, 'That path for each port of a service.'),
  entry('globals.context_path', 'path', atAgent, 'The folder that all containers of the run share.'),
  entry('globals.artifacts_path', 'path', atAgent, 'The folder of artifacts inside the shared folder.'),
  entry('globals.run_artifacts_path', 'path', atAgent, 'Where the artifacts of the run are.'),
  entry('globals.run_outputs_path', 'path', atAgent, 'Where the outputs of the run go.'),
  entry('globals.store_path', 'path', atAgent, 'Where the artifacts store is mounted, or an empty text.'),
  entry('<input>', 'any', atParams, 'The value of an input, output or context param, by its name.'),
  entry('params.<input>.value', 'any', atParams, 'The value again, also when the name is taken by a section.'),
  entry('params.<input>.type', 'str', atParams, 'The declared type, or null.'),
  entry('params.<input>.connection', 'str', atParams, 'The connection of the param, or null.'),
  entry('params.<input>.as_str', 'str', atParams, 'The value as text; lists and mappings as JSON.'),
  entry('params.<input>.as_arg', 'str', atParams, 'The value as a command line argument.'),
  entry(
    'params.as_args',
    'list',
    atParams,
    'The arguments of all inputs, outputs and context params that are not empty.',
  ),
  entry('connections.<name>.<field>', 'any', atAgent, 'A field of a connection that the main container asks for.'),
  entry('init.<name>.<field>', 'any', atAgent, 'A field of a connection that an init entry asks for.'),
];

function entry(name: string, type: string, source: Source, says: string): NameEntry {
  return { name, type, ...source, says };
}

const agentPaths = names
  .filter((each) => each.by === 'agent')
  .map((each) => each.name.split('.').filter((step) => !step.startsWith('<')));

/**
 * Whether a path is filled by the agent: below an agent name, or above one (`globals` as a whole holds agent names too).
 * A name of the author's own that hides a section is not: the caller takes those out.
 */
export function isAgentPath(path: readonly string[]): boolean {
  return agentPaths.some((agent) => agent.slice(0, path.length).every((step, at) => step === path[at]));
}
