import type { BuiltInInitPlan } from '../../compile/init-plan.ts';
import type { AccessPlan, ContainerPlan, PodPlan } from '../../compile/pod-plan.ts';

/** One thing to do for a run: init entries in order, then the main container. */
export type Step =
  | {
      readonly name: string;
      readonly role: 'init';
      readonly form: 'function';
      readonly init: BuiltInInitPlan;
    }
  | {
      readonly name: string;
      readonly role: 'init' | 'main';
      readonly form: 'process';
      readonly container: ContainerPlan;
    };

/** The init steps of a plan, named `init-0`, `init-1` and so on. */
export function initSteps(plan: PodPlan): readonly Step[] {
  return (plan.replicas[0]?.init ?? []).map((init, index): Step => {
    const name = `init-${index}`;
    if (init.kind === 'container')
      return { name, role: 'init', form: 'process', container: withAccess(init.container, init.connection?.access) };
    // A command in the place of the helper's is a process like any other.
    return init.override !== null && init.override.command.length > 0
      ? { name, role: 'init', form: 'process', container: withAccess(init.override, init.access) }
      : { name, role: 'init', form: 'function', init };
  });
}

function withAccess(container: ContainerPlan, access: AccessPlan | undefined): ContainerPlan {
  if (access === undefined) return container;
  return { ...container, env: [...container.env, ...access.env, ...access.references] };
}

/** The main step of one try, named `try-1` and so on; each has its own claim. */
export function mainStep(plan: PodPlan, tryNumber: number): Step {
  const replica = plan.replicas[0];
  if (replica === undefined) throw new Error('A plan has at least one replica.');
  return { name: `try-${tryNumber}`, role: 'main', form: 'process', container: replica.main };
}
