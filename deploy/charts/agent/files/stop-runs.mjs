// Ends the runs of this agent's namespaces before it is uninstalled: deletes their objects, and pods with them.
import { readFileSync } from 'node:fs';
import { request } from 'node:https';

const account = '/var/run/secrets/kubernetes.io/serviceaccount';
const { namespaces } = JSON.parse(readFileSync('/etc/tandem/config/agent.json', 'utf8'));
const collections = [
  'apis/batch/v1/jobs',
  'apis/apps/v1/deployments',
  'apis/kubeflow.org/v1/tfjobs',
  'apis/kubeflow.org/v1/pytorchjobs',
  'apis/kubeflow.org/v1/mpijobs',
  'apis/kubeflow.org/v2beta1/mpijobs',
  'apis/ray.io/v1/rayclusters',
  'apis/ray.io/v1/rayjobs',
  'apis/kubernetes.dask.org/v1/daskclusters',
];

function call(method, path) {
  return new Promise((resolve, reject) => {
    const asking = request(
      {
        host: process.env.KUBERNETES_SERVICE_HOST,
        port: process.env.KUBERNETES_SERVICE_PORT,
        path,
        method,
        ca: readFileSync(`${account}/ca.crt`),
        headers: { authorization: `Bearer ${readFileSync(`${account}/token`, 'utf8').trim()}` },
        timeout: 30_000,
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (piece) => {
          text += piece;
        });
        answer.on('end', () => resolve({ status: answer.statusCode, text }));
      },
    );
    asking.on('error', reject);
    asking.on('timeout', () => asking.destroy(new Error('no answer in 30 s')));
    asking.end();
  });
}

let failures = 0;
for (const namespace of namespaces) {
  for (const collection of collections) {
    const at = collection.lastIndexOf('/');
    const base = `/${collection.slice(0, at)}/namespaces/${namespace}/${collection.slice(at + 1)}`;
    const listed = await call(
      'GET',
      `${base}?labelSelector=${encodeURIComponent('app.kubernetes.io/managed-by=tandem')}`,
    );
    // 404: the cluster has no such kind; 403: the agent never had the right to make one.
    if (listed.status !== 200) continue;
    for (const { metadata } of JSON.parse(listed.text).items) {
      const { status } = await call('DELETE', `${base}/${metadata.name}?propagationPolicy=Background`);
      console.log(`${status} ${namespace}/${metadata.name}`);
      if (status >= 300 && status !== 404) failures += 1;
    }
  }
}
process.exit(failures === 0 ? 0 : 1);
