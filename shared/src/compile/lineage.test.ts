import assert from 'node:assert/strict';
import { compiled, job, must } from './testing/harness.ts';

describe('lineage', () => {
  it('has the images among inputs and outputs, and the folders that are mounted', () => {
    const yaml = job(
      '[]',
      'inputs: [{name: base, type: image, value: "alpine:3", connection: images}, {name: n, type: str, value: x}]\noutputs: [{name: made, type: image, value: "acme/x:1"}]\nmount: ["/src:/dst", /only, {from: a, to: /b}, {to: /c}]\n',
    );
    assert.deepEqual(
      must(compiled(yaml)).lineage.map((each) => [each.name, each.kind, each.path, each.isInput, [...each.summary]]),
      [
        [
          'base',
          'docker_image',
          null,
          true,
          [
            ['image', 'alpine:3'],
            ['connection', 'images'],
          ],
        ],
        ['made', 'docker_image', null, false, [['image', 'acme/x:1']]],
        ['/dst', 'dir', '/dst', true, [['path', '/dst']]],
        ['/b', 'dir', '/b', true, [['path', '/b']]],
        ['/c', 'dir', '/c', true, [['path', '/c']]],
      ],
    );
  });
});
