-- One row: who we are. Agents sign their tokens for this audience.
create table installation (
  one boolean primary key default true check (one),
  uuid uuid not null default gen_random_uuid(),
  created_at timestamptz not null default clock_timestamp()
);
insert into installation default values;

-- Tenancy: every table that holds anything of a user leads back to an organisation.
create table organisations (
  id bigint generated always as identity primary key,
  name text not null unique,
  created_at timestamptz not null default clock_timestamp()
);

create table users (
  id bigint generated always as identity primary key,
  uuid uuid not null unique default gen_random_uuid(),
  username text not null unique,
  email text not null,
  created_at timestamptz not null default clock_timestamp(),
  disabled_at timestamptz
);

create table organisation_members (
  organisation_id bigint not null references organisations,
  user_id bigint not null references users,
  role text not null check (role in ('owner', 'admin', 'member')),
  primary key (organisation_id, user_id)
);
create index organisation_members_user on organisation_members (user_id);

create table projects (
  id bigint generated always as identity primary key,
  uuid uuid not null unique default gen_random_uuid(),
  organisation_id bigint not null references organisations,
  name text not null,
  description text,
  readme text,
  tags jsonb not null default '[]',
  is_public boolean not null default false,
  live_state smallint not null default 1,
  secret_like text not null default 'warn' check (secret_like in ('warn', 'refuse')),
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp()
);
create unique index projects_name on projects (organisation_id, name) where live_state >= 0;

create table project_members (
  project_id bigint not null references projects,
  user_id bigint not null references users,
  role text not null check (role in ('viewer', 'member', 'admin')),
  primary key (project_id, user_id)
);

-- The hash is sha256 over 256 random bits: nothing to guess, so nothing to slow down.
create table tokens (
  id bigint generated always as identity primary key,
  uuid uuid not null unique default gen_random_uuid(),
  user_id bigint not null references users,
  name text not null,
  hash bytea not null unique,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz
);

-- Keys of this installation (run tokens, audiences). Private halves are encrypted with the key from the configuration.
create table signing_keys (
  kid text primary key,
  purpose text not null,
  public_jwk jsonb not null,
  private_jwk bytea not null,
  created_at timestamptz not null default clock_timestamp(),
  retired_at timestamptz
);

create table agents (
  id bigint generated always as identity primary key,
  uuid uuid not null unique default gen_random_uuid(),
  organisation_id bigint not null references organisations,
  name text not null,
  description text,
  live_state smallint not null default 1,
  -- Fencing: rises with every session; a message of an older one is refused.
  epoch bigint not null default 0,
  command_seq bigint not null default 0,
  version text,
  cluster_uid text,
  capacity integer not null default 0,
  max_in_flight integer not null default 0,
  kinds jsonb not null default '[]',
  namespaces jsonb not null default '[]',
  artifacts_store text,
  features jsonb not null default '[]',
  stage1_editions jsonb not null default '[]',
  key_thumbprint text,
  trust_version bigint not null default 0,
  policy_sha256 text,
  queue_levels jsonb not null default '{}',
  -- offline | online | silent: silent runs are shown as unknown (decisions.md 38).
  status text not null default 'offline' check (status in ('offline', 'online', 'silent')),
  first_seen_at timestamptz,
  last_seen_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp()
);
create unique index agents_name on agents (organisation_id, name) where live_state >= 0;
create index agents_seen on agents (last_seen_at) where status <> 'offline';

create table agent_keys (
  agent_id bigint not null references agents,
  kid text not null,
  jwk jsonb not null,
  valid_from timestamptz not null default clock_timestamp(),
  valid_to timestamptz,
  primary key (agent_id, kid)
);

create table enrolment_tokens (
  hash bytea primary key,
  agent_id bigint not null references agents,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  used_at timestamptz
);

-- The one live session of an agent, and the replica that holds it.
create table agent_sessions (
  agent_id bigint primary key references agents,
  session_id uuid not null,
  epoch bigint not null,
  instance_id text not null,
  replica_id text not null,
  replica_url text not null,
  opened_at timestamptz not null default clock_timestamp(),
  lease_until timestamptz not null
);

-- Names only, as the agent reported them: no schema, no secret (trust.md 2.1).
create table agent_connections (
  agent_id bigint not null references agents,
  name text not null,
  kind text not null,
  tags jsonb not null default '[]',
  description text not null default '',
  primary key (agent_id, name)
);

create table queues (
  id bigint generated always as identity primary key,
  uuid uuid not null unique default gen_random_uuid(),
  agent_id bigint not null references agents,
  name text not null,
  priority integer not null default 0,
  -- Null: no limit of its own.
  concurrency integer,
  paused boolean not null default false,
  created_at timestamptz not null default clock_timestamp(),
  unique (agent_id, name)
);

create table runs (
  id bigint generated always as identity primary key,
  uuid uuid not null unique,
  organisation_id bigint not null references organisations,
  project_id bigint not null references projects,
  user_id bigint references users,
  name text,
  description text,
  readme text,
  tags jsonb not null default '[]',
  kind text not null,
  runtime text,
  managed_by text not null default 'agent' check (managed_by in ('agent', 'user', 'cli')),
  live_state smallint not null default 1,
  status text not null,
  reason text not null,
  message text not null default '',
  attempt integer not null default 1,
  -- Rises with every change of intent within an attempt, so that a late start never beats a stop.
  generation bigint not null default 1,
  version bigint not null default 1,
  gates integer not null default 0,
  report_seq bigint not null default 0,
  log_pos integer not null default 0,
  queue_id bigint references queues,
  agent_id bigint references agents,
  priority integer not null default 0,
  namespace text,
  -- False while the cluster may still hold something of an ended run: it counts against limits until then.
  released boolean not null default true,
  schedule_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  queued_at timestamptz,
  -- The agent asked to wait before it is tried again.
  not_before timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  stop_requested_at timestamptz,
  exit_code integer,
  inputs jsonb not null default '{}',
  outputs jsonb not null default '{}',
  meta_info jsonb not null default '{}',
  pipeline_id bigint references runs,
  controller_id bigint references runs,
  original_id bigint references runs,
  cloning_kind text,
  state bytea,
  traceparent text,
  token_jti text,
  -- Trust (empty is legal).
  root_uuid uuid,
  path jsonb not null default '[]',
  submission_sha256 bytea,
  facts_sha256 bytea,
  spec_sha256 bytea,
  stage1_edition integer,
  verdict jsonb,
  statement_sha256 bytea,
  ended_at timestamptz
);
-- Admission: the ready rows of one queue, in the order in which they leave.
create index runs_queued on runs (queue_id, priority desc, queued_at, id) where status = 'queued';
-- What an agent holds, or may still hold.
create index runs_held on runs (agent_id, queue_id) where not released;
create index runs_live on runs (project_id, id desc) where live_state = 1;
create index runs_waiting on runs (id) where status in ('created', 'on_schedule', 'resuming', 'compiled', 'retrying');
create index runs_stopping on runs (stop_requested_at) where status = 'stopping';
create index runs_deleting on runs (id) where live_state = -1;
create index runs_pipeline on runs (pipeline_id) where pipeline_id is not null;
create index runs_controller on runs (controller_id) where controller_id is not null;
create index runs_original on runs (original_id) where original_id is not null;

create table run_specs (
  run_id bigint not null references runs on delete cascade,
  attempt integer not null,
  raw_content text not null,
  content text not null,
  sealed bytea,
  sealed_sha256 bytea,
  primary key (run_id, attempt)
);

-- Append-only. The row of a run is always derivable from its log (orchestration.md 0.1).
create table run_log (
  run_id bigint not null references runs on delete cascade,
  pos integer not null,
  at timestamptz not null default clock_timestamp(),
  -- condition: a status was entered · refresh: the same again · action: somebody asked · dropped: a report without effect
  entry text not null check (entry in ('condition', 'refresh', 'action', 'dropped')),
  attempt integer not null,
  status text not null,
  reason text not null,
  message text not null default '',
  writer text not null,
  meta jsonb not null default '{}',
  primary key (run_id, pos)
);

create table run_edges (
  upstream_id bigint not null references runs on delete cascade,
  downstream_id bigint not null references runs on delete cascade,
  kind text not null,
  "values" jsonb not null default '{}',
  primary key (upstream_id, downstream_id, kind)
);
create index run_edges_down on run_edges (downstream_id);

create table run_artifacts (
  run_id bigint not null references runs on delete cascade,
  name text not null,
  kind text not null,
  path text not null,
  size bigint,
  sha256 text,
  is_input boolean not null default false,
  created_at timestamptz not null default clock_timestamp(),
  primary key (run_id, name, is_input)
);

-- Outbox: written in the transaction of the status change that it belongs to; sent again until it is acknowledged.
create table agent_commands (
  agent_id bigint not null references agents,
  seq bigint not null,
  id uuid not null unique default gen_random_uuid(),
  run_id bigint references runs on delete cascade,
  attempt integer not null,
  generation bigint not null,
  command text not null check (command in ('start', 'stop', 'remove', 'observe')),
  body jsonb not null default '{}',
  outcome text,
  reason text,
  not_before timestamptz,
  not_after timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  acked_at timestamptz,
  primary key (agent_id, seq)
);
create index agent_commands_open on agent_commands (agent_id, seq) where acked_at is null;
create index agent_commands_run on agent_commands (run_id);
create index agent_commands_acked on agent_commands (acked_at) where acked_at is not null;
-- One start for a (run, attempt, generation), whatever happens to the transaction that writes it.
create unique index agent_commands_start on agent_commands (run_id, attempt, generation) where command = 'start';

create table idempotency_keys (
  user_id bigint not null references users,
  key text not null,
  route text not null,
  body_sha256 bytea not null,
  status integer not null,
  answer text not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (user_id, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);

-- Trust: the tables exist from the first release; they are empty until signing comes (trust.md 10).
create table blobs (sha256 bytea primary key, media text not null, data bytea not null);
create table submissions (
  sha256 bytea primary key, run_uuid uuid not null unique, organisation_id bigint not null references organisations,
  project text not null, queue text not null, kid text not null, iat timestamptz not null, exp timestamptz not null,
  until timestamptz, stage1 integer not null, jws text not null
);
create table standing (
  id text primary key, organisation_id bigint not null references organisations, jws text not null,
  used bigint not null default 0, revoked_at timestamptz
);
create table statements (
  sha256 bytea primary key, run_id bigint not null references runs on delete cascade, attempt integer not null,
  agent_id bigint not null references agents, dsse text not null
);
create table trust_documents (
  organisation_id bigint not null references organisations, version bigint not null, jws text not null,
  primary key (organisation_id, version)
);
create table audit (
  organisation_id bigint not null references organisations, seq bigint generated always as identity,
  at timestamptz not null default clock_timestamp(), actor text not null, action text not null, target text not null,
  data jsonb not null default '{}', prev bytea, hash bytea, primary key (organisation_id, seq)
);
create table audit_heads (
  organisation_id bigint not null references organisations, seq bigint not null, hash bytea not null,
  witness text not null, signature text not null, at timestamptz not null default clock_timestamp(),
  primary key (organisation_id, seq, witness)
);
create table actions (jti text primary key, exp timestamptz not null);
