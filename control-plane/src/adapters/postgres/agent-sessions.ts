import type { AgentSessions } from '../../ports/agent-sessions.ts';
import { acknowledge } from './acknowledge.ts';
import { admitRuns } from './admission.ts';
import type { Db } from './db.ts';
import { openCommands } from './open-commands.ts';
import { reconcileInventory } from './reconcile.ts';
import { recordReports } from './record-reports.ts';
import { closeSession, openSession, touchSession } from './session-lease.ts';

/** The sessions of agents in Postgres, or in PGlite with the same SQL. */
export function sqlAgentSessions(db: Db): AgentSessions {
  return {
    open: (agentId, hello, replica) => openSession(db, agentId, hello, replica),
    touch: (agentId, epoch) => touchSession(db, agentId, epoch),
    close: (agentId, epoch) => closeSession(db, agentId, epoch),
    admit: (agent, most) => admitRuns(db, agent.id, agent.epoch, most),
    openCommands: (agentId, afterSeq, most) => openCommands(db, agentId, afterSeq, most),
    acknowledge: (agent, acks) => acknowledge(db, agent, acks),
    report: (agent, reports) => recordReports(db, agent, reports),
    reconcile: (agent, held, previous) => reconcileInventory(db, agent, held, previous),
  };
}
