// Asks what `helm test` wants to know: does the API server let the agent work, and is the control plane there?
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';

const account = '/var/run/secrets/kubernetes.io/serviceaccount';
const { namespaces, controlPlane } = JSON.parse(readFileSync('/etc/tandem/config/agent.json', 'utf8'));
const asked = [
  ['batch', 'jobs', 'create'],
  ['batch', 'jobs', 'watch'],
  ['', 'pods', 'watch'],
  ['', 'pods', 'delete'],
  ['', 'secrets', 'create'],
];
let problems = 0;
const report = (ok, what) => {
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${what}`);
  if (!ok) problems += 1;
};

function mayI(namespace, [group, resource, verb]) {
  const body = JSON.stringify({
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { namespace, group, resource, verb } },
  });
  return new Promise((resolve, reject) => {
    const asking = request(
      {
        host: process.env.KUBERNETES_SERVICE_HOST,
        port: process.env.KUBERNETES_SERVICE_PORT,
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        method: 'POST',
        ca: readFileSync(`${account}/ca.crt`),
        headers: {
          authorization: `Bearer ${readFileSync(`${account}/token`, 'utf8').trim()}`,
          'content-type': 'application/json',
        },
        timeout: 10_000,
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (piece) => {
          text += piece;
        });
        answer.on('end', () => resolve(JSON.parse(text).status?.allowed === true));
      },
    );
    asking.on('error', reject);
    asking.on('timeout', () => asking.destroy(new Error('no answer in 10 s')));
    asking.end(body);
  });
}

function reach(address) {
  const at = address.lastIndexOf(':');
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: address.slice(0, at).replace(/^\[|\]$/g, ''),
      port: Number(address.slice(at + 1)),
      timeout: 10_000,
    });
    socket.on('connect', () => resolve(socket.destroy()));
    socket.on('error', reject);
    socket.on('timeout', () => reject(new Error('no answer in 10 s')));
  });
}

for (const namespace of namespaces) {
  for (const each of asked) {
    const what = `${each[2]} ${each[1]} in ${namespace}`;
    try {
      report(await mayI(namespace, each), what);
    } catch (error) {
      report(false, `${what}: the API server cannot be asked: ${error.message}`);
    }
  }
}
try {
  await reach(controlPlane.sessions);
  report(true, `the control plane listens at ${controlPlane.sessions}`);
} catch (error) {
  report(false, `the control plane at ${controlPlane.sessions} cannot be reached: ${error.message}`);
}
process.exit(problems === 0 ? 0 : 1);
