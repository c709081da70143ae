import type { ContainerPlan, InitPlan, PodPlan } from '../../compile/pod-plan.ts';

/** One thing to do for a run: init entries in order, then the main container. */
export type Step =
  | {
      readonly name: string;
      readonly role: 'init';
      readonly form: 'function';
      readonly init: Exclude<InitPlan, { kind: 'container' }>;
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
    return init.kind === 'container'
      ? { name, role: 'init', form: 'process', container: init.container }
      : { name, role: 'init', form: 'function', init };
  });
}

/** The main step of one try, named `try-1` and so on; each has its own claim. */
export function mainStep(plan: PodPlan, tryNumber: number): Step {
  const replica = plan.replicas[0];
  if (replica === undefined) throw new Error('A plan has at least one replica.');
  return { name: `try-${tryNumber}`, role: 'main', form: 'process', container: replica.main };
}
