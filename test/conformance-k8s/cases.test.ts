import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSource } from '@tandem/shared/source';
import { compactJson, isMap, toValue, type Value, type ValueMap } from '@tandem/shared/values';
import type { Json } from '../../agent/src/compile/kubernetes/manifest.ts';
import { isEqual, valueAt } from '../../scripts/conformance/compare.ts';
import { asValue } from '../../scripts/conformance-k8s/as-value.ts';
import { convert } from '../../scripts/conformance-k8s/convert.ts';
import { isObject, type JsonObject, listAt, parsed, textAt } from '../../scripts/conformance-k8s/json.ts';
import { essenceOf } from '../../scripts/conformance-k8s/view.ts';
import { allApis } from '../../scripts/conformance-k8s/world.ts';

const text = readFileSync(join(import.meta.dirname, 'cases.yaml'), 'utf8');
const read = readSource({ name: 'cases.yaml', text });
assert.ok(read.ok, read.ok ? '' : read.problems[0]?.message);
const cases = mapOf(toValue(read.value));

describe('conversion to Kubernetes', () => {
  for (const [name, value] of cases) {
    const given = mapOf(value);
    it(name, () => {
      const agent = parsed(compactJson(given.get('agent') ?? new Map()));
      const converted = convert(
        { input: String(given.get('input')), agent: isObject(agent) ? agent : {} },
        given.get('operators') === 'none' ? new Set() : allApis,
      );
      const refused = given.get('refused');
      if (refused !== undefined) {
        assert.ok(!converted.ok && converted.message.includes(String(refused)), JSON.stringify(converted));
        return;
      }
      assert.ok(converted.ok, converted.ok ? '' : converted.message);
      for (const pod of podsIn(converted.objects.lead)) assertWhole(pod);
      const essence = asValue(essenceOf(converted));
      for (const [pointer, expected] of mapOf(given.get('essence') ?? null)) {
        const got = valueAt(essence, pointer);
        assert.ok(isEqual(expected, got), `${pointer}: expected ${compactJson(expected)}, got ${compactJson(got)}`);
      }
    });
  }
});

/** Specifications of pods, wherever they stand in an object. */
function podsIn(json: Json | undefined): readonly JsonObject[] {
  if (Array.isArray(json)) return json.flatMap(podsIn);
  if (!isObject(json)) return [];
  return 'containers' in json ? [json] : Object.values(json).flatMap(podsIn);
}

/** What the API server checks of any pod: each mount has its volume, each name and each place is there once. */
function assertWhole(pod: JsonObject): void {
  const containers = [...listAt(pod, 'initContainers'), ...listAt(pod, 'containers')];
  const once = (names: readonly (string | null)[]): void => assert.deepEqual(names, [...new Set(names)]);
  const volumes = listAt(pod, 'volumes').map((volume) => textAt(volume, 'name'));
  once(volumes);
  once(containers.map((container) => textAt(container, 'name')));
  for (const container of containers) {
    const mounts = listAt(container, 'volumeMounts');
    once(mounts.map((mount) => textAt(mount, 'mountPath')));
    once(listAt(container, 'env').map((variable) => textAt(variable, 'name')));
    for (const mount of mounts) assert.ok(volumes.includes(textAt(mount, 'name')), textAt(mount, 'mountPath') ?? '');
  }
}

function mapOf(value: Value): ValueMap {
  return value !== null && isMap(value) ? value : new Map<string, Value>();
}
