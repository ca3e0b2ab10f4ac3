/** What the passes know of a program whose names have one meaning each, and still know when they have made another of it. */
import type { AnyNode, Program } from 'acorn';
import { functionOf, isMade, isNative } from './cells';
import { isFixedGlobal, isFixedMember } from './known';
import { type CalledOnce, findOrder } from './order';
import { Types } from './types';
import { type Values, findValues } from './values';
import { some } from '../script';

export interface Facts {
  readonly types: Types;
  /** Whether a name of the top level may be read before its first value is there. */
  isEarly(name: string): boolean;
  /** Says it of a name that a pass made. */
  setEarly(name: string, early: boolean): void;
  /** Whether what an object has under a name may be asked for before a statement puts it there. */
  isEarlyField(literal: AnyNode, key: string): boolean;
  /** Whether a method of an object may look at `this`. */
  mayUseThis(literal: AnyNode, key: string): boolean;
  /** Whether a script gives something of the interpreter's another value. */
  isReplaced(path: string): boolean;
}

const usesThis = (node: AnyNode): boolean =>
  some(
    node,
    (at) => at.type === 'ThisExpression' || (at.type === 'Identifier' && at.name === 'arguments'),
    true,
  );

/** @param onceFinder which functions a statement of the top level calls, and nothing else */
export function findFacts(
  program: Program,
  onceFinder: (values: Values) => CalledOnce = () => () => undefined,
): Facts {
  const first = findValues(program);
  const order = findOrder(program, first, onceFinder(first));
  const early = new Map<string, boolean>();
  const tops = new Map<string, boolean>();
  for (const binding of new Set(first.scopes.declarations.values())) {
    early.set(binding.name, order.isEarly(binding));
    tops.set(binding.name, order.isEarly(binding));
  }
  // With what is known of the order, more is known of the values.
  const values = findValues(program, ({ name }) => tops.get(name) ?? true, first.scopes);
  return {
    types: new Types(values),
    isEarly: (name) => early.get(name) ?? true,
    setEarly: (name, is) => void early.set(name, is),
    isEarlyField: (literal, key) => order.isEarlyField(literal, key),
    isReplaced: (path) => values.isReplaced(path),
    mayUseThis(literal, key) {
      for (const token of values.fields(literal).get(key) ?? []) {
        const fn = functionOf(token);
        if (isMade(token) && !fn) continue;
        if (fn ? fn.type !== 'ArrowFunctionExpression' && usesThis(fn) : typeof token === 'object') {
          // A function that is a global's own expects no object, and those of some objects neither.
          const path = isNative(token) ? token.path : '';
          const [object = '', name = '', more] = path.split('.');
          const free = path.startsWith('?')
            ? !path.includes('.')
            : isFixedGlobal(path) || isFixedMember(object, name);
          if (fn || !free || more !== undefined) return true;
        }
      }
      return false;
    },
  };
}
