import type { ChildProcess } from 'node:child_process';

/** The first line that a process prints, such as the one by which it says that it is ready. Throws when it ends without one. */
export async function firstLine(child: ChildProcess): Promise<string> {
  let text = '';
  return await new Promise((resolve, reject) => {
    child.stdout?.on('data', (bytes: Buffer) => {
      text += bytes.toString('utf8');
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
    child.on('close', (code) => reject(new Error(`the process ended with code ${code}`)));
  });
}
