import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../../support/eventually.ts';
import { bundleOf, type Life, startProgram } from '../../../support/stack-process.ts';
import type { Cluster } from '../../support/cluster.ts';
import { type ClusterObject, type Installation, type JobParts, startInstallation } from '../../support/installation.ts';
import { type ApiProxy, startApiProxy } from './api-proxy.ts';

/** Tandem in a cluster, with a proxy between its agent and the API server, and what tests of situations do with it. */
export interface Situation extends Installation {
  readonly proxy: ApiProxy;
  readonly runs: string;
  /** Submits a job whose simulated pod runs for an hour, or as the annotations say. */
  simulated(annotations?: Readonly<Record<string, string>>, more?: JobParts): Promise<string>;
  stop(uuid: string): Promise<void>;
  /** The only pod of a run, once it is there. */
  pod(uuid: string): Promise<ClusterObject>;
  pods(uuid: string): Promise<readonly ClusterObject[]>;
  job(script: string, more?: JobParts): Promise<string>;
  jobs(uuid: string): Promise<readonly ClusterObject[]>;
  /** Makes a simulated pod end, as its kubelet would say it. */
  endPod(name: string, exitCode?: number): Promise<void>;
  untilStatus(uuid: string, status: string, limitMs?: number): Promise<void>;
  agentPid(): number;
  /** SIGKILL; the next agent need not wait until the lease has run out, which is what another test is about. */
  killAgent(): Promise<void>;
  /** Another process of the same agent, with other settings or variables. It takes part in the election of the leader. */
  anotherAgent(more?: AnotherAgent): Life;
  /** Changes the configuration that the agent has from its next start on. */
  configure(change: (config: AgentConfig) => void): void;
}

export interface AnotherAgent {
  readonly env?: Readonly<Record<string, string>>;
}

/** The agent's configuration as it is in its file. */
export type AgentConfig = Record<string, unknown> & { kubernetes: Record<string, unknown> };

export interface SituationOptions {
  readonly agent?: Readonly<Record<string, unknown>>;
  readonly kubernetes?: Readonly<Record<string, unknown>>;
  /** Whose rights the agent has; missing: an administrator's. */
  readonly token?: string;
}

const hour = { 'tandem.test/duration': '3600s' };
/** Annotations by which tests tell simulated pods what to do. */
const policy = { annotations: ['tandem.test/*'], claims: ['*'] };

export async function startSituation(
  cluster: Cluster,
  name: string,
  { agent = {}, kubernetes = {}, token }: SituationOptions = {},
): Promise<Situation> {
  const proxy = await startApiProxy(cluster, name, token);
  const tandem = await startInstallation(
    cluster,
    name,
    { policy, ...agent },
    { kubeconfig: proxy.kubeconfig, ...kubernetes },
  );
  const { stack } = tandem;
  const runs = `${name}-runs`;
  const of = async (kind: string, uuid: string): Promise<readonly ClusterObject[]> =>
    (await tandem.objects(kind)).filter((each) => each.metadata.labels?.['tandem.dev/run'] === uuid);
  const configFile = join(stack.folder, 'agent.json');
  const others: Life[] = [];
  return {
    ...tandem,
    proxy,
    runs,
    simulated: (annotations = hour, more = {}) =>
      tandem.job('true', { ...more, run: { environment: { annotations }, ...more.run } }),
    stop: async (uuid) => {
      const answer = await stack.rest.insist('POST', `/api/v1/default/default/runs/${uuid}/stop`, { body: {} });
      assert.equal(answer.status, 200, answer.text);
    },
    pods: (uuid) => of('pods', uuid),
    jobs: (uuid) => of('jobs', uuid),
    pod: (uuid) => eventually(`a pod of ${uuid}`, async () => (await of('pods', uuid))[0], 30_000),
    endPod: async (pod, exitCode = 0) => {
      const patch = JSON.stringify({ status: endedStatus(exitCode) });
      await cluster.kubectl(['-n', runs, 'patch', 'pod', pod, '--subresource=status', '--type=merge', '-p', patch]);
    },
    untilStatus: async (uuid, status, limitMs = 40_000) => void (await stack.rest.untilStatus(uuid, status, limitMs)),
    agentPid: () => stack.agent?.life().pid ?? 0,
    killAgent: async () => {
      await stack.agent?.killHard();
      await cluster.kubectl(['-n', name, 'delete', 'lease', 'tandem-agent', '--ignore-not-found']);
    },
    anotherAgent: ({ env = {} } = {}) => {
      const life = startProgram({
        bundle: bundleOf('tandem-agent'),
        args: ['--config', configFile, '--data', stack.agentData, '--ready-json', '--exit-with-parent'],
        env: {
          TANDEM_SESSIONS: stack.sessions.address,
          TANDEM_CONTROL_PLANE_URL: stack.rest.url,
          TANDEM_INSECURE: 'true',
          ...env,
        },
        log: stack.logs.agent,
      });
      others.push(life);
      return life;
    },
    configure: (change) => {
      const config = JSON.parse(readFileSync(configFile, 'utf8')) as AgentConfig;
      change(config);
      writeFileSync(configFile, JSON.stringify(config));
    },
    close: async () => {
      for (const life of others) {
        if (!life.isOver()) life.signal('SIGKILL');
        await life.ended;
      }
      await tandem.close();
      await proxy.close();
    },
  };
}

function endedStatus(exitCode: number): object {
  const at = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const reason = exitCode === 0 ? 'Completed' : 'Error';
  const terminated = { exitCode, reason, startedAt: at, finishedAt: at };
  const container = { name: 'main', image: 'busybox', imageID: '', ready: false, restartCount: 0 };
  return {
    phase: exitCode === 0 ? 'Succeeded' : 'Failed',
    containerStatuses: [{ ...container, state: { terminated } }],
  };
}

/** The agent of a situation lives on in the process that it began in. */
export function livesOn(situation: Situation, pid: number): void {
  assert.equal(situation.agentPid(), pid);
  assert.equal(situation.stack.agent?.life().isOver(), false, 'the agent has ended');
}
