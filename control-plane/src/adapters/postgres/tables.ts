import type { ColumnType, Generated, GeneratedAlways } from 'kysely';

// One interface per table of `migrations/schema.sql`, in its order. bigint is a number, json is its text,
// timestamptz is ISO-8601 text in UTC, bytea is bytes: the same on both engines (see column-types.ts).

type Key = GeneratedAlways<number>;
type Time = string;
/** Stamped by the database's clock unless a query says otherwise. */
type Stamp = Generated<string>;
type Json = string;
/** Bytes come back as a Buffer or a Uint8Array, depending on the engine. */
type Bytes = Uint8Array;
type Optional<T> = ColumnType<T | null, T | null | undefined, T | null>;

export interface Tables {
  installation: Installation;
  organisations: Organisations;
  users: Users;
  organisation_members: OrganisationMembers;
  projects: Projects;
  project_members: ProjectMembers;
  tokens: Tokens;
  signing_keys: SigningKeys;
  agents: Agents;
  agent_keys: AgentKeys;
  enrolment_tokens: EnrolmentTokens;
  agent_sessions: AgentSessions;
  agent_connections: AgentConnections;
  queues: Queues;
  runs: Runs;
  run_specs: RunSpecs;
  run_log: RunLog;
  run_edges: RunEdges;
  run_artifacts: RunArtifacts;
  agent_commands: AgentCommands;
  idempotency_keys: IdempotencyKeys;
  blobs: Blobs;
  submissions: Submissions;
  standing: Standing;
  statements: Statements;
  trust_documents: TrustDocuments;
  audit: Audit;
  audit_heads: AuditHeads;
  actions: Actions;
}

export interface Installation {
  one: Generated<boolean>;
  uuid: Generated<string>;
  created_at: Stamp;
}

export interface Organisations {
  id: Key;
  name: string;
  created_at: Stamp;
}

export interface Users {
  id: Key;
  uuid: Generated<string>;
  username: string;
  email: string;
  created_at: Stamp;
  disabled_at: Optional<Time>;
}

export interface OrganisationMembers {
  organisation_id: number;
  user_id: number;
  role: 'owner' | 'admin' | 'member';
}

export interface Projects {
  id: Key;
  uuid: Generated<string>;
  organisation_id: number;
  name: string;
  description: Optional<string>;
  readme: Optional<string>;
  tags: Generated<Json>;
  is_public: Generated<boolean>;
  live_state: Generated<number>;
  secret_like: Generated<'warn' | 'refuse'>;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface ProjectMembers {
  project_id: number;
  user_id: number;
  role: 'viewer' | 'member' | 'admin';
}

export interface Tokens {
  id: Key;
  uuid: Generated<string>;
  user_id: number;
  name: string;
  hash: Bytes;
  created_at: Stamp;
  expires_at: Optional<Time>;
  revoked_at: Optional<Time>;
  last_used_at: Optional<Time>;
}

export interface SigningKeys {
  kid: string;
  purpose: string;
  public_jwk: Json;
  private_jwk: Bytes;
  created_at: Stamp;
  retired_at: Optional<Time>;
}

export interface Agents {
  id: Key;
  uuid: Generated<string>;
  organisation_id: number;
  name: string;
  description: Optional<string>;
  live_state: Generated<number>;
  epoch: Generated<number>;
  command_seq: Generated<number>;
  version: Optional<string>;
  cluster_uid: Optional<string>;
  capacity: Generated<number>;
  max_in_flight: Generated<number>;
  kinds: Generated<Json>;
  namespaces: Generated<Json>;
  artifacts_store: Optional<string>;
  features: Generated<Json>;
  stage1_editions: Generated<Json>;
  key_thumbprint: Optional<string>;
  trust_version: Generated<number>;
  policy_sha256: Optional<string>;
  queue_levels: Generated<Json>;
  status: Generated<'offline' | 'online' | 'silent'>;
  first_seen_at: Optional<Time>;
  last_seen_at: Optional<Time>;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface AgentKeys {
  agent_id: number;
  kid: string;
  jwk: Json;
  valid_from: Stamp;
  valid_to: Optional<Time>;
}

export interface EnrolmentTokens {
  hash: Bytes;
  agent_id: number;
  created_at: Stamp;
  expires_at: Time;
  used_at: Optional<Time>;
}

export interface AgentSessions {
  agent_id: number;
  session_id: string;
  epoch: number;
  instance_id: string;
  replica_id: string;
  replica_url: string;
  opened_at: Stamp;
  lease_until: Time;
}

export interface AgentConnections {
  agent_id: number;
  name: string;
  kind: string;
  tags: Generated<Json>;
  description: Generated<string>;
}

export interface Queues {
  id: Key;
  uuid: Generated<string>;
  agent_id: number;
  name: string;
  priority: Generated<number>;
  concurrency: Optional<number>;
  paused: Generated<boolean>;
  created_at: Stamp;
}

export interface Runs {
  id: Key;
  uuid: string;
  organisation_id: number;
  project_id: number;
  user_id: Optional<number>;
  name: Optional<string>;
  description: Optional<string>;
  readme: Optional<string>;
  tags: Generated<Json>;
  kind: string;
  runtime: Optional<string>;
  managed_by: Generated<'agent' | 'user' | 'cli'>;
  live_state: Generated<number>;
  status: string;
  reason: string;
  message: Generated<string>;
  attempt: Generated<number>;
  generation: Generated<number>;
  version: Generated<number>;
  gates: Generated<number>;
  report_seq: Generated<number>;
  log_pos: Generated<number>;
  queue_id: Optional<number>;
  agent_id: Optional<number>;
  priority: Generated<number>;
  namespace: Optional<string>;
  not_before: Optional<Time>;
  released: Generated<boolean>;
  schedule_at: Optional<Time>;
  created_at: Stamp;
  updated_at: Stamp;
  queued_at: Optional<Time>;
  started_at: Optional<Time>;
  finished_at: Optional<Time>;
  stop_requested_at: Optional<Time>;
  exit_code: Optional<number>;
  inputs: Generated<Json>;
  outputs: Generated<Json>;
  meta_info: Generated<Json>;
  pipeline_id: Optional<number>;
  controller_id: Optional<number>;
  original_id: Optional<number>;
  cloning_kind: Optional<string>;
  state: Optional<Bytes>;
  traceparent: Optional<string>;
  token_jti: Optional<string>;
  root_uuid: Optional<string>;
  path: Generated<Json>;
  submission_sha256: Optional<Bytes>;
  facts_sha256: Optional<Bytes>;
  spec_sha256: Optional<Bytes>;
  stage1_edition: Optional<number>;
  verdict: Optional<Json>;
  statement_sha256: Optional<Bytes>;
  ended_at: Optional<Time>;
}

export interface RunSpecs {
  run_id: number;
  attempt: number;
  raw_content: string;
  content: string;
  sealed: Optional<Bytes>;
  sealed_sha256: Optional<Bytes>;
}

export interface RunLog {
  run_id: number;
  pos: number;
  at: Stamp;
  entry: 'condition' | 'refresh' | 'action' | 'dropped';
  attempt: number;
  status: string;
  reason: string;
  message: Generated<string>;
  writer: string;
  meta: Generated<Json>;
}

export interface RunEdges {
  upstream_id: number;
  downstream_id: number;
  kind: string;
  values: Generated<Json>;
}

export interface RunArtifacts {
  run_id: number;
  name: string;
  kind: string;
  path: string;
  size: Optional<number>;
  sha256: Optional<string>;
  is_input: Generated<boolean>;
  created_at: Stamp;
}

export interface AgentCommands {
  agent_id: number;
  seq: number;
  id: Generated<string>;
  run_id: Optional<number>;
  attempt: number;
  generation: number;
  command: 'start' | 'stop' | 'remove' | 'observe';
  body: Generated<Json>;
  outcome: Optional<string>;
  reason: Optional<string>;
  not_before: Optional<Time>;
  not_after: Optional<Time>;
  created_at: Stamp;
  acked_at: Optional<Time>;
}

export interface IdempotencyKeys {
  user_id: number;
  key: string;
  route: string;
  body_sha256: Bytes;
  status: number;
  answer: string;
  created_at: Stamp;
}

export interface Blobs {
  sha256: Bytes;
  media: string;
  data: Bytes;
}

export interface Submissions {
  sha256: Bytes;
  run_uuid: string;
  organisation_id: number;
  project: string;
  queue: string;
  kid: string;
  iat: Time;
  exp: Time;
  until: Optional<Time>;
  stage1: number;
  jws: string;
}

export interface Standing {
  id: string;
  organisation_id: number;
  jws: string;
  used: Generated<number>;
  revoked_at: Optional<Time>;
}

export interface Statements {
  sha256: Bytes;
  run_id: number;
  attempt: number;
  agent_id: number;
  dsse: string;
}

export interface TrustDocuments {
  organisation_id: number;
  version: number;
  jws: string;
}

export interface Audit {
  organisation_id: number;
  seq: Key;
  at: Stamp;
  actor: string;
  action: string;
  target: string;
  data: Generated<Json>;
  prev: Optional<Bytes>;
  hash: Optional<Bytes>;
}

export interface AuditHeads {
  organisation_id: number;
  seq: number;
  hash: Bytes;
  witness: string;
  signature: string;
  at: Stamp;
}

export interface Actions {
  jti: string;
  exp: Time;
}
