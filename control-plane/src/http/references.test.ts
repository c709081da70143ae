import assert from 'node:assert/strict';
import { forEachEngine } from '../../../test/support/engines.ts';
import { type Rest, startRest } from '../../../test/support/rest.ts';

const runs = '/api/v1/default/default/runs';

forEachEngine('operations that refer to others', (engine) => {
  let rest: Rest;

  before(async () => {
    rest = await startRest(engine());
    await rest.addAgent('one');
  });
  after(() => rest.close());

  const job = 'run: {kind: job, container: {image: busybox, args: ["{{ x }}"]}}';
  const taking = (uuid: string, value: string): string =>
    `params: {x: {ref: runs.${uuid}, value: ${value}, contextOnly: true}}\n${job}\n`;
  const post = (content: string, owner = runs) => rest.ask('POST', owner, { body: { content } });

  /** A run with an output of nothing, as a user's own process reports it. */
  async function withOutputs(project: string): Promise<string> {
    const { json } = await rest.ask('POST', project, { body: { is_managed: false, name: 'trained' } });
    const patch = { outputs: { loss: 0.0, note: '' } };
    assert.equal((await rest.ask('PATCH', `${project}/${json.uuid}`, { body: patch })).status, 200);
    return json.uuid;
  }

  it('takes values of a run of the same project, those that are nothing, too', async () => {
    const uuid = await withOutputs(runs);
    for (const [value, expected] of [
      ['outputs.loss', 0],
      ['outputs.note', ''],
      ['globals.name', 'trained'],
    ] as const) {
      const made = await post(taking(uuid, value));
      assert.equal(made.status, 201, made.text);
      const { json } = await rest.ask('GET', `${runs}/${made.json.uuid}`);
      assert.equal(json.inputs.x, expected);
    }
  });

  it('says the same of a run that is not there, one of another project and one that was deleted', async () => {
    const made = await rest.ask('POST', '/api/v1/default/projects/create', { body: { name: 'other' } });
    assert.ok(made.status < 300, made.text);
    const foreign = await withOutputs('/api/v1/default/other/runs');
    const texts = await Promise.all(
      [`${'0'.repeat(31)}1`, foreign].map(async (uuid) => {
        const { status, json } = await post(taking(uuid, 'outputs.loss'));
        assert.equal(status, 400);
        return json[0].replaceAll(uuid, 'UUID');
      }),
    );
    assert.equal(new Set(texts).size, 1);
    assert.match(texts[0], /Run "UUID": not found or not allowed\. \[access\/run\]$/);
  });

  it('says at its place what a run does not have', async () => {
    const uuid = await withOutputs(runs);
    const { status, json } = await post(taking(uuid, 'outputs.nothing'));
    assert.equal(status, 400);
    assert.match(json[0], /^request:1:65: .*\[references\/no-such-value\]$/);
  });

  for (const [what, content] of [
    ['a dag', 'run: {kind: dag, operations: [{name: a, component: {run: {kind: job, container: {image: i}}}}]}'],
    [
      'a matrix',
      `inputs: [{name: x, type: int}]\nmatrix: {kind: grid, params: {x: {kind: choice, value: [1]}}}\n${job}`,
    ],
    ['a schedule', `schedule: {kind: cron, cron: "@daily"}\nparams: {x: 1}\n${job}`],
    ['hooks', `hooks: [{hubRef: notify}]\nparams: {x: 1}\n${job}`],
  ] as const) {
    it(`refuses ${what} as a whole until it can be run, and finds its mistakes all the same`, async () => {
      const refused = await post(content);
      assert.equal(refused.status, 400);
      assert.match(refused.json[0], /\[create\/not-run-yet\]$/);
      const wrong = await post(`${content}\nfoo: 1`);
      assert.match(wrong.json[0], /\[sanitize\/unknown-section\]$/);
    });
  }

  it('fetches nothing for an operation: files and addresses are the client’s to read', async () => {
    for (const reference of ['pathRef: ../../etc/passwd', 'urlRef: "http://127.0.0.1:1/x.yaml"', 'hubRef: train:1']) {
      const { status, json } = await post(reference);
      assert.equal(status, 400);
      assert.match(json[0], /\[(?:references\/not-found|access\/component)\]$/);
    }
  });
});
