import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The reference in a Python process that is warm: each call checks and compiles the same text once. */
export interface Peer {
  /** Milliseconds of one round, measured inside of the process. */
  check(): Promise<number>;
  close(): void;
}

/** Reads the operation from YAML, checks it as `polyaxon check` does, and compiles it to the form that its server stores. */
const program = `
import json, os, sys, tempfile, time
from polyaxon._polyaxonfile import OperationSpecification, check_polyaxonfile
path = os.path.join(tempfile.mkdtemp(), "polyaxonfile.yaml")
with open(path, "w") as file:
    file.write(json.loads(sys.stdin.readline()))
print("ready", flush=True)
for _ in sys.stdin:
    started = time.perf_counter()
    operation = check_polyaxonfile(polyaxonfile=path, is_cli=False, to_op=True)
    OperationSpecification.compile_operation(operation)
    print((time.perf_counter() - started) * 1000, flush=True)
`;

/** Starts the reference with a Python that has it. Throws when that Python does not. */
export async function startPeer(python: string, text: string): Promise<Peer> {
  const child = spawn(python, ['-c', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, POLYAXON_NO_CONFIG: '1' },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`${python} cannot run the reference; install polyaxon 2.18.0 for it`);
    return line.value;
  };
  await once(child, 'spawn');
  child.stdin.write(`${JSON.stringify(text)}\n`);
  if ((await next()) !== 'ready') throw new Error('the reference said something unexpected');
  const check = async (): Promise<number> => {
    child.stdin.write('again\n');
    return Number(await next());
  };
  await check();
  return { check, close: () => void child.kill() };
}
