/**
 * GROUP BY as a list of grouping sets: the product of what its elements say.
 */

import { assertNever } from '../../base/assert.ts';
import { GROUPING_KEYS_MAX, GROUPING_SETS_MAX } from '../../base/limits.ts';
import type * as ast from '../parse/ast.ts';
import type { CallCollector } from './call-collector.ts';
import type { Environment } from './environment.ts';
import { analyseExpression } from './expression.ts';
import { fault, misplacedCall } from './fault.ts';
import { ordinalOf } from './ordering.ts';
import type { SelectItem } from './select-items.ts';
import { anyWithin, structuralKey } from './tree.ts';
import type { Expression } from './typed.ts';
import { displayType, hasTrait } from './types.ts';

type Sets = readonly (readonly Expression[])[];

export function groupingSets(
  groupBy: ast.GroupBy,
  items: readonly SelectItem[],
  env: Environment,
  calls: CallCollector,
): Sets {
  const key = (node: ast.Expression): Expression => {
    const ordinal = ordinalOf(node, items.length, 'GROUP BY');
    const item = ordinal === undefined ? undefined : items[ordinal];
    if (item) {
      checkPlain(item, calls);
      env.analysis.repetitions.add(item.expression, 1, node.at);
    }
    const expression = item?.expression ?? analyseExpression(node, env);
    if (hasTrait(expression.type, 'comparable')) return expression;
    const type = displayType(expression.type);
    throw fault(node.at, `${type} is not comparable, and therefore cannot be used in GROUP BY`);
  };
  let sets: Sets = [[]];
  for (const element of groupBy.elements) {
    const further = setsOf(element, key);
    if (sets.length * further.length > GROUPING_SETS_MAX) {
      throw tooManySets(element, sets.length * further.length);
    }
    checkKeys(element, sets, further);
    sets = sets.flatMap((set) => further.map((more) => [...set, ...more]));
  }
  return groupBy.distinct ? withoutRepeats(sets) : sets;
}

/** An ordinal must not name an aggregate or window call. */
function checkPlain({ expression, at, text }: SelectItem, calls: CallCollector): void {
  const staged = new Set([...calls.groupedColumns(), ...calls.windowColumns()]);
  const isStaged = anyWithin(
    expression,
    (each) => each.kind === 'column' && staged.has(each.column),
  );
  if (!isStaged) return;
  throw misplacedCall(at, 'GROUP BY clause', text);
}

function setsOf(element: ast.GroupingElement, key: (node: ast.Expression) => Expression): Sets {
  switch (element.kind) {
    case 'simple-grouping':
      return [element.keys.map(key)];
    case 'grouping-sets':
      return element.sets.map((set) => set.map(key));
    case 'rollup': {
      const keys = element.keys.map(key);
      if (keys.length >= GROUPING_SETS_MAX) throw tooManySets(element, keys.length + 1);
      return [...keys.keys(), keys.length].toReversed().map((count) => keys.slice(0, count));
    }
    case 'cube': {
      const keys = element.keys.map(key);
      if (2 ** keys.length > GROUPING_SETS_MAX) {
        throw tooManySets(element, 2 ** keys.length);
      }
      return subsets(keys);
    }
    default:
      return assertNever(element, 'grouping element');
  }
}

/** Of the product of two lists of sets. */
function checkKeys({ at }: ast.GroupingElement, left: Sets, right: Sets): void {
  const keysOf = (sets: Sets): number => sets.reduce((sum, set) => sum + set.length, 0);
  const count = keysOf(left) * right.length + keysOf(right) * left.length;
  if (count <= GROUPING_KEYS_MAX) return;
  const text = `The grouping sets of GROUP BY have ${count} keys in all but can have at most`;
  throw fault(at, `${text} ${GROUPING_KEYS_MAX}`);
}

function tooManySets({ at }: ast.GroupingElement, count: number): Error {
  const text = `GROUP BY has ${count} grouping sets but can contain at most`;
  return fault(at, `${text} ${GROUPING_SETS_MAX}`);
}

function subsets(keys: readonly Expression[]): Sets {
  const [first, ...others] = keys;
  if (first === undefined) return [[]];
  const without = subsets(others);
  return [...without.map((set) => [first, ...set]), ...without];
}

function withoutRepeats(sets: Sets): Sets {
  const keyOf = (set: readonly Expression[]) => set.map(structuralKey).toSorted().join(';');
  return [...new Map(sets.map((set) => [keyOf(set), set])).values()];
}
