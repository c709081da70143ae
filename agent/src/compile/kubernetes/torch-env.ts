import type { DistributionPlan, ElasticPlan } from '../distribution.ts';
import type { EnvPlan } from '../pod-plan.ts';
import { textAt } from '../reading.ts';
import type { Member } from './indexed.ts';

/** The port of the first process, as the training operator has it. */
export const torchPort = 23456;

type Torch = Extract<DistributionPlan, { kind: 'pytorchjob' }>;

/**
 * What PyTorch reads about its group. The first pod's address stands in one variable, `TANDEM_LEAD_ADDRESS`, which the others
 * refer to, so that whoever starts the pods can replace it in one place. The first pod itself uses the name that it finds in
 * its own hosts file, which needs no name service. `PET_…` are the same facts for `torchrun`, which makes the ranks of its
 * processes from them.
 */
export function torchEnv(torch: Torch, members: readonly Member[], rank: number): readonly EnvPlan[] {
  const [first] = members;
  const address = first?.address ?? '';
  const perNode = Number(torch.nProcPerNode ?? '1');
  const processes = Number.isSafeInteger(perNode) && perNode > 0 ? perNode : 1;
  const port = String(torch.elastic?.port ?? torchPort);
  const values: Readonly<Record<string, string | null>> = {
    TANDEM_LEAD_ADDRESS: rank === 0 ? (address.split('.', 1)[0] ?? address) : address,
    MASTER_ADDR: '$(TANDEM_LEAD_ADDRESS)',
    MASTER_PORT: port,
    WORLD_SIZE: String(members.length * processes),
    RANK: String(rank),
    // One process in a pod is the first of its pod; several are counted by torchrun.
    LOCAL_RANK: processes === 1 ? '0' : null,
    PYTHONUNBUFFERED: '1',
    PET_NPROC_PER_NODE: torch.nProcPerNode,
    ...(torch.elastic === null ? fixedGroup(members, rank, port) : elasticGroup(torch.elastic, members, port)),
  };
  return Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [{ kind: 'value', name, value }]));
}

function fixedGroup(members: readonly Member[], rank: number, port: string): Readonly<Record<string, string | null>> {
  return {
    PET_MASTER_ADDR: '$(TANDEM_LEAD_ADDRESS)',
    PET_MASTER_PORT: port,
    PET_NODE_RANK: String(rank),
    PET_NNODES: String(members.length),
  };
}

/** With an elastic policy nodes come and go: they meet at an address, and get their ranks there. */
function elasticGroup(
  elastic: ElasticPlan,
  members: readonly Member[],
  port: string,
): Readonly<Record<string, string | null>> {
  const conf = elastic.conf.map((each) => `${textAt(each, 'key') ?? ''}=${textAt(each, 'value') ?? ''}`);
  return {
    PET_RDZV_BACKEND: elastic.backend ?? 'c10d',
    PET_RDZV_ENDPOINT: `${elastic.host ?? '$(TANDEM_LEAD_ADDRESS)'}:${port}`,
    PET_RDZV_ID: elastic.id,
    PET_RDZV_CONF: conf.length === 0 ? null : conf.join(','),
    PET_STANDALONE: elastic.standalone ? '1' : null,
    PET_NNODES: `${elastic.minReplicas ?? members.length}:${elastic.maxReplicas ?? members.length}`,
    PET_MAX_RESTARTS: elastic.maxRestarts === null ? null : String(elastic.maxRestarts),
    ...(elastic.nProcPerNode === null ? {} : { PET_NPROC_PER_NODE: String(elastic.nProcPerNode) }),
  };
}
