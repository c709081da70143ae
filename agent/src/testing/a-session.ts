import { type Command, Command as CommandMessage, type Report } from '@tandem/proto';
import type { PodPlan } from '../compile/pod-plan.ts';
import { refused, staged } from '../compile/staged.ts';
import { clean } from '../mask/clean.ts';
import { createMasker } from '../mask/masker.ts';
import { createSession } from '../session/session.ts';
import type { SessionState } from '../session/session-options.ts';
import { aPlan } from './a-plan.ts';
import { fakeClock } from './fake-clock.ts';
import { fakeControlPlane } from './fake-control-plane.ts';
import { fakeExecutor } from './fake-executor.ts';
import { memoryForTests } from './memory-for-tests.ts';
import { silentLog } from './silent-log.ts';
import { talliedMetrics } from './tallied-metrics.ts';

/** The run that commands are about unless they say another. */
export const uuid = 'a'.repeat(32);
const masker = createMasker('patterns', []);

/** A session with everything around it under a test's control. For tests. */
export function aSession() {
  const clock = fakeClock();
  const plane = fakeControlPlane();
  const executor = fakeExecutor();
  const memory = memoryForTests();
  const log = silentLog();
  const metrics = talliedMetrics();
  const states: SessionState[] = [];
  let ids = 0;
  const session = createSession({
    controlPlane: plane,
    executor,
    memory,
    clock,
    chance: { unit: () => 0.5, id: () => `id${ids++}` },
    log,
    metrics,
    compile: (start, run) => {
      if (start.kind === 'poison') throw new Error('poisoned');
      return start.kind === 'bad'
        ? refused('UnknownConnection', 'no such connection')
        : staged<PodPlan>(aPlan('/d', { run }));
    },
    clean: (text) => clean(text, masker),
    masker: () => Promise.resolve(masker),
    facts: {
      agentId: 'agent',
      instanceId: 'i',
      version: '0',
      bootTimeMs: 0,
      clusterUid: '',
      namespaces: ['default'],
      connections: [],
      artifactsStore: '',
      capacity: 4,
      maxInFlight: 8,
      keyThumbprint: '',
      policySha256: '',
    },
    onState: (state) => states.push(state),
  });
  const command = (given: Partial<Command> & Pick<Command, 'body'>, seq = 1n): Command =>
    CommandMessage.fromPartial({ id: `c${seq}`, seq, runUuid: uuid, attempt: 1, generation: 1n, ...given });
  const start = (kind = 'job'): Command['body'] => ({
    $case: 'start',
    value: { ...CommandMessage.fromPartial({ body: { $case: 'start', value: {} } }).body?.value, kind } as never,
  });
  const acks = () => plane.sent.flatMap(({ body }) => (body?.$case === 'ack' ? [body.value] : []));
  const reports = (): Report[] =>
    plane.sent.flatMap(({ body }) => (body?.$case === 'reports' ? body.value.reports : []));
  const welcome = (epoch = 1n): void => plane.welcome(epoch);
  return { clock, plane, executor, memory, log, metrics, states, session, command, start, acks, reports, welcome };
}
