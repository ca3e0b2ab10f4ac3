/**
 * Whether what is given to a function may stand where its body speaks of the parameter: whether it is evaluated as often
 * as before, and in an order that comes to the same.
 */
import type { AnyNode } from 'acorn';
import { type Doing, type EffectStep, type EffectContext, allOf, commute, stepsOf } from './facts/effects';
import type { Name } from './script';

const DOES = (doing: Doing): boolean => doing.acts || doing.throws || doing.writes.size > 0;

/** What a callee is, or what an operator asks about, is more than its value. */
function fits(step: EffectStep, given: AnyNode): boolean {
  const as = step.use!.as;
  if (as === 'callee') return given.type !== 'MemberExpression';
  return as === 'value' || /^(Literal|UnaryExpression)$/.test(given.type);
}

/**
 * @param steps of the body, with the uses of the parameters
 * @param given a value for each parameter
 */
export function canStandIn(
  around: EffectContext,
  steps: readonly EffectStep[],
  params: readonly Name[],
  given: readonly AnyNode[],
): boolean {
  const doings = given.map((one) => allOf(stepsOf(one, around)));
  const doingOf = (step: EffectStep): Doing => (step.use ? doings[params.indexOf(step.use.name)] : step);

  return params.every((param, n) => {
    const doing = doings[n];
    const uses = steps.flatMap((step, at) => (step.use?.name === param ? [at] : []));
    const [first] = uses;
    if (first === undefined) return !DOES(doing);
    if (!uses.every((at) => fits(steps[at], given[n]))) return false;
    // What comes before it, but what came before it anyway: what is given to the parameters in front.
    const before = steps.slice(0, first).filter(({ use }) => !use || params.indexOf(use.name) > n);
    if (!before.every((step) => commute(doing, doingOf(step), around))) return false;
    // What was evaluated behind it has to come behind its first use, or not to matter.
    if (steps[first].conditional && DOES(doing)) return false;
    if (uses.length === 1) return !steps[first].conditional || !doing.varies || !doing.looks;
    if (DOES({ ...doing, throws: false }) || doing.varies) return false;
    const last = uses[uses.length - 1];
    const between = steps.slice(first, last).filter(({ use }) => use?.name !== param);
    return between.every((step) => commute({ ...doing, throws: false }, doingOf(step), around));
  });
}
