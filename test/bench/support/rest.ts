import { Agent, request } from 'node:http';

/** Speaks REST as the first user over connections that stay open, at as little cost to the machine as can be. */
export interface RestCaller {
  readonly url: string;
  /** Gives the text of a good answer; throws for any other. */
  post(path: string, body: unknown): Promise<string>;
  close(): Promise<void>;
}

const connections = 8;

export function restCaller(url: string, token: string): RestCaller {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    url,
    post: (path, body) =>
      new Promise((resolve, reject) => {
        const text = JSON.stringify(body);
        const headers = {
          authorization: `Token ${token}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
        };
        const call = request(url + path, { method: 'POST', agent, headers }, (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('error', reject);
          answer.on('end', () => {
            const said = Buffer.concat(parts).toString('utf8');
            const status = answer.statusCode ?? 0;
            if (status < 300) resolve(said);
            else reject(new Error(`POST ${path}: ${status} ${said}`));
          });
        });
        call.on('error', reject);
        call.end(text);
      }),
    close: () => {
      agent.destroy();
      return Promise.resolve();
    },
  };
}
