/**
 * Carries simple predicates from where they are written down to the scans they can prune.
 *
 * Columns keep their number on the way up, so a predicate stays true of every row a relation must
 * deliver, as far down as the column exists. What it may pass, and why:
 *
 *     filter, sort without limit, distinct, project, extend     row by row
 *     aggregate        on a key that all grouping sets have: whole groups go
 *     window           on a column that every call partitions by: whole partitions go
 *     join             both sides. A predicate above never holds for NULL, so rows that an outer
 *                      join would have to fill up fall to it anyway. ON prunes the side that the
 *                      join does not preserve
 *     set              both branches, under their own column numbers
 *     cte              what all uses have in common
 *
 * `a.k = b.k` among the conjuncts hands predicates on one column to the other.
 *
 * The conditions themselves stay in the tree: nothing here is needed for a right answer.
 */
import { assertNever } from '../../base/assert.ts';
import { expressionsOf, inputsOf, operandsOf, subqueryOf } from '../analyse/tree.ts';
import type {
  ColumnId,
  CteId,
  Expression,
  Relation,
  RelationOf,
  ScanId,
} from '../analyse/typed.ts';
import type { Constants } from './fold.ts';
import {
  type ColumnEquality,
  conjunctsOf,
  equalityOf,
  mergePredicates,
  predicatesOf,
  type SimplePredicate,
  widen,
} from './predicate.ts';

/** What holds of the rows that are needed. */
interface Demand {
  readonly predicates: readonly SimplePredicate[];
  readonly equalities: readonly ColumnEquality[];
}

const EVERYTHING: Demand = { predicates: [], equalities: [] };

export type ScanPredicates = ReadonlyMap<ScanId, readonly SimplePredicate[]>;

export function pushDown(relation: Relation, constants: Constants): ScanPredicates {
  const pusher = new Pusher(constants);
  pusher.push(relation, EVERYTHING);
  return pusher.scans;
}

class Pusher {
  readonly scans = new Map<ScanId, readonly SimplePredicate[]>();
  readonly #constants: Constants;
  /** What each use of a CTE needs, in the CTE's own columns. */
  readonly #uses = new Map<CteId, (readonly SimplePredicate[])[]>();

  constructor(constants: Constants) {
    this.#constants = constants;
  }

  push(relation: Relation, demand: Demand): void {
    for (const expression of expressionsOf(relation)) this.#subqueries(expression);
    switch (relation.kind) {
      case 'scan':
        this.scans.set(relation.scan, closed(demand));
        return;
      case 'cte-scan':
        this.#useCte(relation, demand);
        return;
      case 'with':
        this.push(relation.input, demand);
        for (const { cte, relation: body } of relation.ctes.toReversed()) {
          this.push(body, { ...EVERYTHING, predicates: commonTo(this.#uses.get(cte) ?? []) });
        }
        return;
      case 'filter':
        this.push(relation.input, this.#and(demand, relation.condition));
        return;
      case 'project':
      case 'extend':
      case 'distinct':
        this.push(relation.input, demand);
        return;
      case 'sort':
        this.push(relation.input, isLimited(relation) ? EVERYTHING : demand);
        return;
      case 'aggregate':
        this.push(relation.input, onlyOn(demand, keysOfAllSets(relation)));
        return;
      case 'window':
        this.push(relation.input, onlyOn(demand, partitionColumns(relation)));
        return;
      case 'join':
        this.#join(relation, demand);
        return;
      case 'set':
        this.push(relation.left, renamed(demand, relation, relation.leftColumns));
        this.push(relation.right, renamed(demand, relation, relation.rightColumns));
        return;
      case 'single-row':
      case 'values':
      case 'unnest':
        return;
      default:
        assertNever(relation, 'relation');
    }
  }

  #and(demand: Demand, condition: Expression): Demand {
    const conjuncts = conjunctsOf(condition);
    return {
      predicates: [
        ...demand.predicates,
        ...conjuncts.flatMap((conjunct) => predicatesOf(conjunct, this.#constants)),
      ],
      equalities: [
        ...demand.equalities,
        ...conjuncts.flatMap((conjunct) => equalityOf(conjunct) ?? []),
      ],
    };
  }

  #join(join: RelationOf<'join'>, demand: Demand): void {
    const both = join.condition === undefined ? demand : this.#and(demand, join.condition);
    const leftPreserved = join.type === 'left' || join.type === 'full';
    const rightPreserved = join.type === 'right' || join.type === 'full';
    this.push(join.left, leftPreserved ? demand : both);
    this.push(join.right, rightPreserved ? demand : both);
  }

  #useCte(use: RelationOf<'cte-scan'>, demand: Demand): void {
    const sources = new Map(use.columns.map(({ column, source }) => [column.id, source]));
    const needed = closed(demand).flatMap((predicate) => {
      const source = sources.get(predicate.column);
      return source === undefined ? [] : [{ ...predicate, column: source }];
    });
    const uses = this.#uses.get(use.cte);
    if (uses) uses.push(needed);
    else this.#uses.set(use.cte, [needed]);
  }

  #subqueries(expression: Expression): void {
    const query = subqueryOf(expression);
    if (query) this.push(query.relation, EVERYTHING);
    for (const operand of operandsOf(expression)) this.#subqueries(operand);
  }
}

function isLimited(sort: RelationOf<'sort'>): boolean {
  return sort.limit !== undefined || sort.offset !== undefined;
}

/** The predicates with those that follow over equal columns, to a fixed point. */
function closed(demand: Demand): readonly SimplePredicate[] {
  const merged = new Map<ColumnId, readonly SimplePredicate[]>();
  for (const predicate of mergePredicates(demand.predicates)) {
    merged.set(predicate.column, [...(merged.get(predicate.column) ?? []), predicate]);
  }
  const classes = equalityClasses(demand.equalities);
  const all = [...merged.values()].flat().flatMap((predicate) => {
    const equals = classes.get(predicate.column) ?? new Set([predicate.column]);
    return [...equals].map((column) => ({ ...predicate, column }));
  });
  return mergePredicates(all);
}

function equalityClasses(
  equalities: readonly ColumnEquality[],
): ReadonlyMap<ColumnId, ReadonlySet<ColumnId>> {
  const classes = new Map<ColumnId, Set<ColumnId>>();
  for (const { left, right } of equalities) {
    const joined = new Set([...(classes.get(left) ?? [left]), ...(classes.get(right) ?? [right])]);
    for (const column of joined) classes.set(column, joined);
  }
  return classes;
}

function onlyOn(demand: Demand, columns: ReadonlySet<ColumnId>): Demand {
  const predicates = closed(demand).filter((predicate) => columns.has(predicate.column));
  return { predicates, equalities: [] };
}

function keysOfAllSets(aggregate: RelationOf<'aggregate'>): ReadonlySet<ColumnId> {
  // Without keys in a set, an empty input still makes a row of it.
  const [first = [], ...others] = aggregate.sets;
  return new Set(first.filter((key) => others.every((set) => set.includes(key))));
}

function partitionColumns(window: RelationOf<'window'>): ReadonlySet<ColumnId> {
  const [first = [], ...others] = window.calls.map((call) =>
    call.partitionBy.flatMap((key) => (key.kind === 'column' ? [key.column] : [])),
  );
  return new Set(first.filter((key) => others.every((keys) => keys.includes(key))));
}

function renamed(demand: Demand, set: RelationOf<'set'>, branch: readonly ColumnId[]): Demand {
  const predicates = closed(demand).flatMap((predicate) => {
    const at = set.columns.findIndex((column) => column.id === predicate.column);
    const column = branch[at];
    return column === undefined ? [] : [{ ...predicate, column }];
  });
  return { predicates, equalities: [] };
}

/** What is true of a row that any of the uses needs. */
function commonTo(uses: readonly (readonly SimplePredicate[])[]): readonly SimplePredicate[] {
  const [first, ...others] = uses;
  if (first === undefined) return [];
  return first.flatMap((predicate) => {
    let common: SimplePredicate | undefined = predicate;
    for (const other of others) {
      const same = other.find(
        (candidate) => candidate.kind === predicate.kind && candidate.column === predicate.column,
      );
      common = common && same && widen(common, same);
    }
    return common === undefined ? [] : [common];
  });
}

/** Every scan of the tree, sub-queries included, in the order of its text. */
export function scansOf(relation: Relation): readonly RelationOf<'scan'>[] {
  if (relation.kind === 'scan') return [relation];
  return [...inputsOf(relation).flatMap(scansOf), ...expressionsOf(relation).flatMap(scansWithin)];
}

function scansWithin(expression: Expression): readonly RelationOf<'scan'>[] {
  const query = subqueryOf(expression);
  return [
    ...(query ? scansOf(query.relation) : []),
    ...operandsOf(expression).flatMap(scansWithin),
  ];
}
