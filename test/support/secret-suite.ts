import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { eventually } from './eventually.ts';
import { type Scenario, scenarios } from './secret-scenarios.ts';
import type { Stack } from './stack.ts';
import { dumpDatabase } from './stack-database.ts';
import { grpcMessages } from './stack-http2.ts';
import { type Random, randomOfTest } from './stack-random.ts';
import { type Hit, type Scanner, scannerOf } from './stack-scanner.ts';

const count = 50;
const mask = '[secret]';
/** Every encoding changes one of them. */
const special = ['+', '/', '=', '&', '"', '\\', '<', '%', 'é'];

/** One secret and the run that gets it. */
export interface Planted {
  readonly name: string;
  readonly value: string;
  readonly scenario: Scenario;
}

function plant(random: Random): readonly Planted[] {
  return Array.from({ length: count }, (_, index) => {
    const scenario = scenarios[index % scenarios.length];
    assert.ok(scenario !== undefined);
    const parts = scenario.plain === true ? [random.text(32)] : special.map((each) => random.text(4) + each);
    return { name: `s${index}`, value: parts.join(''), scenario };
  });
}

/** Where runs live, and how they come to their secrets there. */
export interface SecretWorld {
  /** Starts Tandem with everything that the agent sends recorded, with the secrets and the connections to them. */
  start(planted: readonly Planted[]): Promise<Stack>;
  /** The run's part of an operation: what asks for the secret. */
  ways(planted: Planted): { readonly run: object; readonly container: object };
  /** Where a mounted secret is, for the shell. */
  mountedFile(stack: Stack): string;
  /** Beside the stack, which is closed first. */
  close(): Promise<void>;
  readonly startLimitMs: number;
  readonly image: string;
  /** How much longer things take than with processes: time limits of runs grow by it. */
  readonly timeScale: number;
  /** How long runs may take together. */
  readonly runsLimitMs: number;
}

/** The tests of 50 planted secrets, 25 ways to leak them, in any world. */
export function secretSuite(world: SecretWorld): void {
  const random = randomOfTest('secrets');
  const planted = plant(random);
  /** Planted where it may be seen, in every place that is searched: a scan that misses it proves nothing. */
  const control = `control-${random.text(24)}`;
  const runs = new Map<string, string>();
  const answers = new Map<string, string>();
  let stack: Stack;
  let secrets: Scanner;
  let controls: Scanner;

  before(async function () {
    this.timeout(world.startLimitMs + world.runsLimitMs);
    secrets = scannerOf(new Map(planted.map(({ name, value, scenario }) => [`${name} (${scenario.says})`, value])));
    controls = scannerOf(new Map([['control', control]]));
    stack = await world.start(planted);
    for (const each of planted) runs.set(each.name, await stack.rest.submit(fileOf(each)));
    runs.set('control', await stack.rest.submit(controlFile()));
    const followed = [...runs.values()].map(follow);
    await stopThose();
    await Promise.all(followed);
    await askEverything();
  });

  after(async function () {
    this.timeout(120_000);
    await stack?.close();
    await world.close();
  });

  const inTime = ({ timeout, ...rest }: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
    timeout === undefined ? rest : { ...rest, timeout: timeout * world.timeScale };

  const fileOf = (each: Planted): string => {
    const { name, scenario } = each;
    const ways = world.ways(each);
    const script = `F=${world.mountedFile(stack)}; OUT={{ globals.run_outputs_path }}; ${scenario.script}`;
    return operation(name, {
      ...(scenario.outputs === undefined ? {} : { outputs: scenario.outputs }),
      ...(scenario.termination === undefined ? {} : { termination: inTime(scenario.termination) }),
      run: {
        kind: 'job',
        ...ways.run,
        container: { image: world.image, command: scenario.command ?? ['sh', '-c', script], ...ways.container },
      },
    });
  };

  /** A value that the user typed: it is stored, printed and sent, and nobody hides it. */
  const controlFile = (): string =>
    operation('control', {
      run: {
        kind: 'job',
        container: {
          image: world.image,
          command: ['sh', '-c', 'echo "$SEEN"; exit 1'],
          env: [{ name: 'SEEN', value: control }],
        },
      },
    });

  const operation = (name: string, component: object): string =>
    JSON.stringify({ kind: 'operation', name, component: { kind: 'component', ...component } });

  const uuidOf = (name: string): string => runs.get(name) ?? assert.fail(`${name} was not submitted`);

  const stopThose = async (): Promise<void> => {
    for (const { name, scenario } of planted) {
      if (scenario.ends !== 'stopped') continue;
      await stack.rest.untilStatus(uuidOf(name), 'running', world.runsLimitMs);
      const hasPrinted = async (): Promise<boolean> => (await stack.rest.logs(uuidOf(name))).length > 0;
      await eventually('it has printed', hasPrinted, world.runsLimitMs);
      await stack.rest.insist('POST', `/api/v1/default/default/runs/${uuidOf(name)}/stop`, { body: {} });
    }
  };

  const logsOf = (uuid: string): string => `/streams/v1/default/default/default/runs/${uuid}/logs`;

  /** Reads a log while it is written: a line may be told in parts then. */
  const follow = async (uuid: string): Promise<void> => {
    const path = `${logsOf(uuid)}?follow=true`;
    const { status, text } = await stack.rest.ask('GET', path, { signal: AbortSignal.timeout(world.runsLimitMs) });
    assert.equal(status, 200, text);
    answers.set(path, text);
  };

  /** Asks REST for all that it tells of every run, once they have ended, and keeps the answers. */
  const askEverything = async (): Promise<void> => {
    const keep = async (path: string, headers: Readonly<Record<string, string>> = {}): Promise<void> => {
      const { status, text } = await stack.rest.insist('GET', path, {
        headers: { 'x-request-id': control, ...headers },
      });
      assert.equal(status, 200, `${path}: ${text}`);
      answers.set(`${path} ${headers['accept'] ?? ''}`, text);
    };
    for (const uuid of runs.values()) {
      await stack.rest.untilFinal(uuid, world.runsLimitMs);
      for (const part of ['', '/statuses', '/waiting', '/settings', '/lineage/artifacts']) {
        await keep(`/api/v1/default/default/runs/${uuid}${part}`);
      }
      await keep(`/api/v1/default/default/runs/${uuid}/watch`, { accept: 'text/event-stream' });
      await keep(logsOf(uuid));
    }
    await keep('/api/v1/default/default/runs?limit=100');
    await keep('/api/v1/orgs/default/connections?limit=100');
    await keep('/api/v1/orgs/default/agents?limit=100');
    await keep('/metrics');
  };

  const sees = (found: readonly Hit[]): string =>
    found.map(({ label, place, around }) => `${label} in ${place}:\n      …${JSON.stringify(around)}…`).join('\n    ');

  /** 0 hits of the secrets, and the control value is there. */
  const isSafe = (places: ReadonlyMap<string, string | Buffer>): void => {
    const hits = [...places].flatMap(([place, text]) => secrets.scan(place, text));
    assert.equal(hits.length, 0, `\n    ${sees(hits)}`);
    const seen = [...places].flatMap(([place, text]) => controls.scan(place, text));
    assert.ok(seen.length > 0, 'the scan missed the control value, so it proves nothing');
  };

  it('ends every run as it should', async () => {
    for (const { name, scenario } of planted) {
      const { status, status_conditions: conditions } = await stack.rest.run(uuidOf(name));
      assert.equal(status, scenario.ends, `${scenario.says}: ${JSON.stringify(conditions)}`);
    }
  });

  it('shows the mask in its place to whoever reads the log', async () => {
    for (const { name, scenario } of planted) {
      const log = await stack.rest.logs(uuidOf(name));
      assert.equal(
        log.some((line) => line.includes(mask)),
        scenario.shows,
        `${scenario.says}: ${JSON.stringify(log).slice(-300)}`,
      );
    }
    assert.deepEqual(await stack.rest.logs(uuidOf('control')), [control]);
  });

  it('stores none in the database', async () => {
    isSafe(await dumpDatabase(stack.databaseUrl));
  });

  it('tells none over REST', () => {
    isSafe(answers);
  });

  it('writes none to the logs of the control plane', async () => {
    isSafe(
      new Map(await Promise.all(stack.logs.controlPlanes.map(async (log) => [log, await readFile(log)] as const))),
    );
  });

  it('sends none over the wire', async () => {
    const wires = stack.sessions.recorded();
    const messages = wires.flatMap((wire, at) =>
      grpcMessages(wire).map((message, index) => [`message ${at}/${index}`, message] as const),
    );
    assert.ok(messages.length > 3 * count, `only ${messages.length} messages were recorded`);
    isSafe(new Map(messages));
    const raw = wires.flatMap((wire, at) => secrets.scan(`connection ${at}`, wire));
    assert.equal(raw.length, 0, sees(raw));
    console.log(
      `      ${count} secrets, ${answers.size} answers, ${messages.length} messages, ${wires.reduce((sum, wire) => sum + wire.length, 0)} bytes sent`,
    );
  });

  it('writes none to the log of the agent either', async () => {
    assert.equal(sees(secrets.scan('agent.log', await readFile(stack.logs.agent))), '');
  });

  it('looks in a way that finds each form', () => {
    const value = planted[0]?.value ?? '';
    const forms = [
      value,
      JSON.stringify(value),
      encodeURIComponent(value),
      Buffer.from(value).toString('hex'),
      ...['', 'a', 'ab'].flatMap((before) => [
        Buffer.from(before + value).toString('base64'),
        Buffer.from(before + value).toString('base64url'),
      ]),
      value.slice(5, 20),
    ];
    for (const form of forms) assert.equal(secrets.scan('planted', `before ${form} after`).length, 1, form);
  });
}
