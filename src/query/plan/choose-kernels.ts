/**
 * Puts kernels in the place of the relations they compute: what is left in the tree is a scan,
 * whose columns are the keys and aggregates, and everything above stays as it is.
 *
 *     sort                             sort
 *       filter n > 3          ──►        filter n > 3
 *         aggregate … n                    scan 1         (its plan has the kernel)
 *           scan 1
 *
 * Also inside CTEs and sub-queries.
 */
import { assertNever } from '../../base/assert.ts';
import { mapAggregate, mapOperands, mapWindow, subqueryOf } from '../analyse/tree.ts';
import type { Cte, Expression, Relation, ScanId } from '../analyse/typed.ts';
import type { Constants } from './fold.ts';
import { kernelOf, type PlannedKernel } from './kernel-rule.ts';

export type Kernels = ReadonlyMap<ScanId, PlannedKernel>;

export function chooseKernels(
  relation: Relation,
  constants: Constants,
): { readonly relation: Relation; readonly kernels: Kernels } {
  const chooser = new Chooser(constants);
  return { relation: chooser.relation(relation), kernels: chooser.kernels };
}

class Chooser {
  readonly kernels = new Map<ScanId, PlannedKernel>();
  readonly #constants: Constants;

  constructor(constants: Constants) {
    this.#constants = constants;
  }

  relation(relation: Relation): Relation {
    const planned = kernelOf(relation, this.#constants);
    if (planned === undefined) return this.#inside(relation);
    const { scan, table } = planned.scan;
    this.kernels.set(scan, planned);
    return { kind: 'scan', scan, table, columns: [] };
  }

  #inside(relation: Relation): Relation {
    const map = (expression: Expression) => this.#expression(expression);
    switch (relation.kind) {
      case 'scan':
      case 'single-row':
      case 'cte-scan':
        return relation;
      case 'values':
        return { ...relation, rows: relation.rows.map((row) => row.map(map)) };
      case 'unnest': {
        const arrays = relation.arrays.map((each) => ({ ...each, array: map(each.array) }));
        return { ...relation, arrays };
      }
      case 'with': {
        const ctes = relation.ctes.map((cte) => this.#cte(cte));
        return { ...relation, ctes, input: this.relation(relation.input) };
      }
      case 'filter': {
        const { condition, input } = relation;
        return { ...relation, condition: map(condition), input: this.relation(input) };
      }
      case 'project':
      case 'distinct':
        return { ...relation, input: this.relation(relation.input) };
      case 'extend': {
        const additions = relation.additions.map((each) => ({
          ...each,
          expression: map(each.expression),
        }));
        return { ...relation, additions, input: this.relation(relation.input) };
      }
      case 'aggregate': {
        const aggregates = relation.aggregates.map((call) => mapAggregate(call, map));
        return { ...relation, aggregates, input: this.relation(relation.input) };
      }
      case 'window': {
        const calls = relation.calls.map((call) => mapWindow(call, map));
        return { ...relation, calls, input: this.relation(relation.input) };
      }
      case 'sort': {
        const keys = relation.keys.map((key) => ({ ...key, expression: map(key.expression) }));
        return { ...relation, keys, input: this.relation(relation.input) };
      }
      case 'join':
        return {
          ...relation,
          ...(relation.condition === undefined ? {} : { condition: map(relation.condition) }),
          left: this.relation(relation.left),
          right: this.relation(relation.right),
        };
      case 'set':
        return {
          ...relation,
          left: this.relation(relation.left),
          right: this.relation(relation.right),
        };
      default:
        return assertNever(relation, 'relation');
    }
  }

  #cte(cte: Cte): Cte {
    return { ...cte, relation: this.relation(cte.relation) };
  }

  #expression(expression: Expression): Expression {
    const mapped = mapOperands(expression, (operand) => this.#expression(operand));
    const query = subqueryOf(mapped);
    if (query === undefined) return mapped;
    return {
      ...mapped,
      query: { ...query, relation: this.relation(query.relation) },
    } as Expression;
  }
}
