import { createHash } from 'node:crypto';
import { done } from '@tandem/shared/outcome';
import { member, type MapNode, readSource } from '@tandem/shared/source';
import type { CheckedRun, StageOne } from '../../ports/stage-one.ts';

/** PLACEHOLDER until @tandem/shared/compile arrives. */
export function inlineStageOne(): StageOne {
  return {
    check: async (text) => {
      const read = readSource({ name: 'request', text });
      if (!read.ok) return read;
      const node = read.value;
      const str = (key: string, from: MapNode = node): string | null => {
        const found = member(from, key);
        return found?.kind === 'scalar' && typeof found.value === 'string' ? found.value : null;
      };
      const asked = (key: string) => {
        const found = member(node, key);
        return found?.kind === 'scalar' && typeof found.value === 'string' ? { name: found.value, span: found.span } : null;
      };
      const approved = member(node, 'isApproved');
      const checked: CheckedRun = {
        name: str('name'), description: str('description'), tags: [], kind: 'job', runtime: 'job',
        queue: str('queue'), namespace: str('namespace'),
        isApproved: !(approved?.kind === 'scalar' && approved.value === false),
        content: text,
        asks: { connections: [], presets: [], queue: asked('queue'), namespace: asked('namespace'), whole: node.span },
      };
      return done(checked, read.warnings);
    },
    compile: async (checked, facts) => {
      const sealed = Buffer.from(JSON.stringify({ stage1: 1, facts, content: checked.content }));
      return done({ kind: 'sealed', sealed, sha256: createHash('sha256').update(sealed).digest(), stage1Edition: 1, inputs: '{}', outputs: '{}' });
    },
  };
}
