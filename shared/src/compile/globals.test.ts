import assert from 'node:assert/strict';
import { bodyText, compiled, job, must, said } from './testing/harness.ts';

const shown = (
  expression: string,
  ...more: Parameters<typeof compiled> extends [string, ...infer R] ? R : never
): string =>
  bodyText(must(compiled(job(`["{{ ${expression} }}"]`, 'name: train\n'), ...more)).spec.body).replace(
    /^.*"args":\["(.*)"\].*$/,
    '$1',
  );

describe('globals', () => {
  const facts: readonly (readonly [string, string])[] = [
    ['globals.name', 'train'],
    ['globals.uuid', 'b'.repeat(32)],
    ['globals.kind ~ globals.runtime', 'jobjob'],
    ['globals.project_unique_name', 'default.proj'],
    ['globals.run_info', `default.proj.runs.${'b'.repeat(32)}`],
    ['globals.created_at', '2026-01-02 03:04:05+00:00'],
    ['globals.iteration is none', 'True'],
    ['globals.is_independent', 'True'],
    ['globals.run_relative_outputs_path', `${'b'.repeat(32)}/outputs`],
  ];
  for (const [expression, expected] of facts)
    it(`${expression} is ${expected}`, () => assert.equal(shown(expression), expected));

  it('say where a run of a pipeline comes from', () => {
    const origin = {
      iteration: 2,
      scheduleAt: '2026-01-03T00:00:00Z',
      pipelineUuid: 'c'.repeat(32),
      pipelineName: 'pipe',
    };
    assert.equal(shown('globals.iteration', { origin }), '2');
    assert.equal(shown('globals.schedule_at', { origin }), '2026-01-03 00:00:00+00:00');
    assert.equal(shown('globals.pipeline_name ~ globals.is_independent', { origin }), 'pipeFalse');
  });

  it('of a service hold its ports, which params may set, and the addresses of each', () => {
    const service = (path: string): string =>
      `params: {p: 8888}\nrun: {kind: service, ports: ["{{ p }}", 9999], ${path} container: {image: i, args: ["{{ globals.base_url }}", "{{ globals.ports }}"]}}\n`;
    const yaml = service('').replace('["{{ p }}", 9999]', '"{{ [p, 9999] }}"');
    assert.match(
      bodyText(must(compiled(yaml)).spec.body),
      /"\/services\/v1\/plx\/default\/proj\/runs\/b+\/8888","\[8888, 9999\]"/,
    );
    const rewritten = yaml.replace('container', 'rewritePath: true, isExternal: true, container');
    assert.match(bodyText(must(compiled(rewritten)).spec.body), /"\/rewrite-external\/v1\//);
  });

  it('warn when an input hides a section of the context', () => {
    assert.deepEqual(said(compiled(job('[]', 'inputs: [{name: init, type: int, value: 1}]\n'))), [
      'types/hides-section @ 1:17',
    ]);
  });
});
