import { eventually } from './eventually.ts';
import type { Life } from './stack-process.ts';

/** An answer of an agent's health endpoint. */
export interface HealthAnswer {
  readonly status: number;
  readonly text: string;
}

/** What an agent says about itself where it answers probes. */
export interface AgentHealth {
  /** `host:port`. */
  readonly address: string;
  ask(path: '/livez' | '/readyz' | '/metrics'): Promise<HealthAnswer>;
  /** Value of a sample, such as `tandem_agent_runs{status="running"}`; null: there is none. */
  sample(name: string): Promise<number | null>;
  /** Waits for a status and gives what was said with it. */
  until(path: '/livez' | '/readyz', status: number, limitMs?: number): Promise<string>;
}

/** Finds in the log of an agent where it answers probes, and asks there. Its configuration has `health: { port: 0 }`. */
export async function healthOf(life: Life): Promise<AgentHealth> {
  const address = await eventually(
    'the agent says where it answers probes',
    () => /"address":"([^"]+)"[^\n]*"msg":"answers probes"/.exec(life.stderr())?.[1],
    30_000,
  );
  const ask = async (path: string): Promise<HealthAnswer> => {
    const answer = await fetch(`http://${address}${path}`, { signal: AbortSignal.timeout(5_000) });
    return { status: answer.status, text: await answer.text() };
  };
  return {
    address,
    ask,
    sample: async (name) => {
      const line = (await ask('/metrics')).text.split('\n').find((each) => each.startsWith(`${name} `));
      return line === undefined ? null : Number(line.slice(name.length));
    },
    until: (path, status, limitMs = 30_000) =>
      eventually(
        `${path} answers ${status}`,
        async () => {
          const answer = await ask(path);
          if (answer.status === status) return answer.text;
          throw new Error(`${answer.status} ${answer.text}`);
        },
        limitMs,
      ),
  };
}
