import { member } from '../source/tree.ts';
import { closed } from '../template/render.ts';
import { coerce } from '../values/coerce.ts';
import type { Value } from '../values/value.ts';
import type { RunFacts, Sealed } from '../wire/sealed-spec.ts';
import type { WithGlobals } from './drafts.ts';
import type { ParamContext } from './param-context.ts';
import { renderingIn, renderShape } from './render-node.ts';

/** Ports may depend on params, so these globals come behind them; params cannot use them. */
export function addServiceGlobals(draft: WithGlobals, context: ParamContext): void {
  if (draft.runKind.name !== 'service') return;
  const field = (name: string): Sealed => {
    const node = member(draft.run, name);
    return node === undefined
      ? null
      : renderShape(
          node,
          draft.runKind.section.fields.get(name) ?? { kind: 'free' },
          name,
          renderingIn(context.growing(), []),
        );
  };
  const ports = field('ports');
  const numbers = Array.isArray(ports)
    ? ports.map((port) => (typeof port === 'bigint' ? port : toPort(port))).filter((port) => port !== undefined)
    : [];
  context.addGlobals(
    serviceGlobals(draft.runFacts, numbers, field('rewritePath') === true, field('isExternal') === true),
  );
}

function toPort(port: Sealed): bigint | undefined {
  const value: Value | undefined = closed(port);
  const read = value === undefined ? undefined : coerce(value, 'int', false);
  return read?.ok === true && typeof read.value === 'bigint' ? read.value : undefined;
}

/** `globals` of a service: its ports and the paths under which the gateway serves them (compiler.md 3.5). */
function serviceGlobals(
  run: RunFacts,
  ports: readonly bigint[],
  rewrite: boolean,
  external: boolean,
): readonly (readonly [string, Value])[] {
  const kind = `${rewrite ? 'rewrite-' : ''}${external ? 'external' : 'services'}`;
  const given = ports.length > 0 ? ports : [80n];
  const urls = given.map((port) => `/${kind}/v1/${run.namespace}/${run.owner}/${run.project}/runs/${run.uuid}/${port}`);
  return [
    ['ports', [...ports]],
    ['base_url', urls[0] ?? null],
    ['base_urls', urls],
  ];
}
