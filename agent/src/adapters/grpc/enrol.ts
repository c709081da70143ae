import { status } from '@grpc/grpc-js';
import { AgentSessionsClient, type EnrollResponse } from '@tandem/proto';
import type { Identity } from '../files/identity-file.ts';
import { enrolmentProof, newKey, publicJwk } from './agent-key.ts';
import { channelCredentials, channelOptions, type Target } from './credentials.ts';

export type EnrolResult =
  | { readonly kind: 'enrolled'; readonly identity: Identity }
  /** Final: the token is used, wrong or too old. */
  | { readonly kind: 'refused'; readonly message: string }
  /** Try again later. */
  | { readonly kind: 'unavailable'; readonly message: string };

const deadlineMs = 20_000;

/** Turns a one-time token into an identity with a new key. The key leaves this process only for the identity file. */
export async function enrol(
  target: Target,
  token: string,
  facts: { readonly version: string; readonly nowMs: number },
): Promise<EnrolResult> {
  const privateJwk = await newKey();
  const proof = await enrolmentProof(privateJwk, token, facts.nowMs);
  const client = new AgentSessionsClient(target.address, channelCredentials(target), channelOptions);
  try {
    const answer = await call(client, { token, publicJwk: publicJwk(privateJwk), proof, version: facts.version });
    if (answer.kind !== 'answered') return answer;
    const { agentId, agentName, owner, audience } = answer.response;
    return { kind: 'enrolled', identity: { agentId, agentName, owner, audience, privateJwk } };
  } finally {
    client.close();
  }
}

type Called =
  | { readonly kind: 'answered'; readonly response: EnrollResponse }
  | Exclude<EnrolResult, { kind: 'enrolled' }>;

function call(client: AgentSessionsClient, request: Parameters<AgentSessionsClient['enroll']>[0]): Promise<Called> {
  return new Promise((resolve) => {
    const deadline = new Date(Date.now() + deadlineMs);
    client.waitForReady(deadline, (problem) => {
      if (problem !== undefined)
        return resolve({ kind: 'unavailable', message: 'The control plane cannot be reached.' });
      client.enroll(request, (error, response) => {
        if (error === null) return resolve({ kind: 'answered', response });
        const said = error.details;
        if (error.code === status.ALREADY_EXISTS)
          return resolve({
            kind: 'refused',
            message: 'The enrolment token was used already. Make a new one and start again.',
          });
        const isFinal = [
          status.UNAUTHENTICATED,
          status.PERMISSION_DENIED,
          status.INVALID_ARGUMENT,
          status.NOT_FOUND,
          status.FAILED_PRECONDITION,
        ].includes(error.code);
        resolve(
          isFinal
            ? { kind: 'refused', message: `The control plane refused the enrolment: ${said}` }
            : { kind: 'unavailable', message: said },
        );
      });
    });
  });
}
