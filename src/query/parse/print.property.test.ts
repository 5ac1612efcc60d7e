import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseExpression, parseStatement, printExpression, printStatement } from './api.ts';
import type { Expression, Identifier, Query, Relation, Statement } from './ast.ts';
import { withoutPositions } from './testing.ts';

// Every tree that the parser can produce, up to a size. Positions are all the same.

const at = { line: 1, column: 1 };

type Fields = Readonly<Record<string, fc.Arbitrary<unknown> | undefined>>;

/** A node of this kind; a field that is undefined here is undefined there. */
function node<T = Expression>(kind: string, fields: Fields = {}): fc.Arbitrary<T> {
  const record: Record<string, fc.Arbitrary<unknown>> = {};
  for (const [name, field] of Object.entries(fields))
    record[name] = field ?? fc.constant(undefined);
  return fc.record(record).map((members) => ({ kind, at, ...members }) as T);
}

const list = <T>(item: fc.Arbitrary<T>, minLength = 1) =>
  fc.array(item, { minLength, maxLength: 2 });
const maybe = <T>(item: fc.Arbitrary<T>) => fc.option(item, { nil: undefined });
const none = fc.constant([]);

const name = fc.oneof(
  fc.constantFrom('a', 'time', 'value', 'measure_value::double', 'row', 'interval', 'filter'),
  fc.constantFrom('limit', 'if', 'select', 'Über', 'a"b', 'fuel-reading', 'all', 'date', 'array'),
  fc.constantFrom('over', 'rows', 'partition', 'at', 'position', 'offset', 'window', 'qualify'),
);
const identifier = node<Identifier>('identifier', { name });
const qualifiedName = node('qualified-name', { parts: list(identifier) });
const columns = list(identifier, 0);
const digits = fc.nat().map(String);

const typeSyntax = fc.letrec((tie) => ({
  type: fc.oneof(
    { maxDepth: 3 },
    node('named-type', { name: fc.constantFrom('bigint', 'double', 'timestamp'), arguments: none }),
    node('named-type', {
      name: fc.constantFrom('varchar', 'time with time zone', 'decimal'),
      arguments: list(fc.nat({ max: 38 })),
    }),
    node('interval-type', { family: fc.constantFrom('day-to-second', 'year-to-month') }),
    node('array-type', { element: tie('type') }),
    node('row-type', {
      fields: list(node('row-type-field', { name: maybe(identifier), type: tie('type') })),
    }),
    node('named-type', { name: fc.constantFrom('map'), arguments: list(tie('type')) }),
  ),
})).type;

const field = fc.constantFrom('year', 'month', 'week', 'day', 'hour', 'minute', 'second');
const unit = fc.constantFrom('nanosecond', 'millisecond', 'minute', 'hour', 'day', 'month', 'year');
const simpleType = fc.constantFrom('date', 'time', 'timestamp', 'bigint', 'double');
const namedType = node('named-type', { name: simpleType, arguments: none });
const currentDate = fc.constantFrom('current_date', 'current_user');
const currentTime = fc.constantFrom('current_time', 'current_timestamp', 'localtime');

const leaf = fc.oneof(
  identifier,
  node('null-literal'),
  node('boolean-literal', { value: fc.boolean() }),
  node('integer-literal', { text: fc.oneof(digits, fc.constant('-9223372036854775808')) }),
  node('double-literal', { text: fc.constantFrom('12.5', '.5', '12.', '1e3', '1.5E-2') }),
  node('string-literal', { value: fc.string() }),
  node('binary-literal', { hex: fc.constantFrom('', '00', '65683F') }),
  node('typed-literal', { type: namedType, text: fc.string() }),
  node('interval-literal', {
    negative: fc.boolean(),
    text: fc.string(),
    from: field,
    to: maybe(field),
  }),
  node('short-interval-literal', { text: fc.constantFrom('15', '72.5'), unit }),
  node('parameter', { name: fc.constantFrom('p', 'scheduled_runtime') }),
  node('current-value', { name: currentDate, precision: undefined }),
  node('current-value', { name: currentTime, precision: maybe(fc.nat({ max: 9 })) }),
);

const comparison = fc.constantFrom('=', '<>', '<', '<=', '>', '>=');
const isQuery = (items: readonly Expression[]) =>
  items.length === 1 && items[0]?.kind === 'subquery';
const isName = ({ kind }: Expression) => kind === 'identifier' || kind === 'dereference';
const isCompound = ({ kind }: Relation) => ['aliased', 'sample'].includes(kind);

const trees = fc.letrec<{
  expression: Expression;
  query: Query;
  relation: Relation;
  body: Query['body'];
}>((tie) => {
  const e = tie('expression');
  const query = tie('query');
  const sortItem = node('sort-item', {
    key: e,
    direction: fc.constantFrom('ascending', 'descending'),
    nulls: fc.constantFrom(undefined, 'first', 'last'),
  });
  const bound = fc.oneof(
    node('unbounded-preceding'),
    node('current-row'),
    node('unbounded-following'),
    node('preceding', { offset: e }),
    node('following', { offset: e }),
  );
  const frame = node('window-frame', {
    unit: fc.constantFrom('rows', 'range', 'groups'),
    start: bound,
    end: maybe(bound),
  });
  const window = node('window', {
    base: maybe(identifier),
    partitionBy: list(e, 0),
    orderBy: list(sortItem, 0),
    frame: maybe(frame),
  });
  const over = fc.oneof(
    fc.constant(undefined),
    window,
    node('window-reference', { name: identifier }),
  );
  const call = fc.oneof(
    node('call', {
      name: qualifiedName,
      arguments: list(e),
      star: fc.constant(false),
      distinct: fc.boolean(),
      orderBy: list(sortItem, 0),
      filter: maybe(e),
      nulls: fc.constantFrom(undefined, 'ignore', 'respect'),
      over,
    }),
    node('call', {
      name: qualifiedName,
      arguments: none,
      star: fc.boolean(),
      distinct: fc.constant(false),
      orderBy: none,
      filter: maybe(e),
      nulls: undefined,
      over,
    }),
  );
  const negated = fc.boolean();
  const composite = fc.oneof(
    node('dereference', { base: e, field: identifier }),
    node('subscript', { base: e, index: e }),
    node('logical', {
      operator: fc.constantFrom('and', 'or'),
      operands: fc.array(e, { minLength: 2, maxLength: 3 }),
    }),
    node('not', { operand: e }),
    node('comparison', { operator: comparison, left: e, right: e }),
    node('quantified', {
      operator: comparison,
      quantifier: fc.constantFrom('all', 'any'),
      left: e,
      query,
    }),
    node('between', { operand: e, low: e, high: e, negated }),
    node('in-list', { operand: e, items: list(e).filter((items) => !isQuery(items)), negated }),
    node('in-subquery', { operand: e, query, negated }),
    node('like', { operand: e, pattern: e, escape: maybe(e), negated }),
    node('is-null', { operand: e, negated }),
    node('distinct-from', { left: e, right: e, negated }),
    node('exists', { query }),
    node('arithmetic', { operator: fc.constantFrom('+', '-', '*', '/', '%'), left: e, right: e }),
    node('unary', { operator: fc.constantFrom('+', '-'), operand: e }),
    node('concat', { left: e, right: e }),
    node('at-time-zone', { operand: e, zone: node('string-literal', { value: fc.string() }) }),
    call,
    node('grouping', { columns: list(e) }),
    node('cast', { operand: e, type: typeSyntax, safe: fc.boolean() }),
    node('extract', { field: fc.constantFrom('YEAR', 'DAY_OF_WEEK'), source: e }),
    node('case', {
      operand: maybe(e),
      branches: list(node('when', { when: e, result: e })),
      otherwise: maybe(e),
    }),
    // biome-ignore lint/suspicious/noThenProperty: no promise, the branch that is taken
    node('if', { condition: e, then: e, otherwise: maybe(e) }),
    node('coalesce', { operands: fc.array(e, { minLength: 2, maxLength: 3 }) }),
    node('nullif', { left: e, right: e }),
    node('try', { operand: e }),
    node('lambda', { parameters: columns, body: e }),
    node('row', { items: list(e) }),
    node('array', { items: list(e, 0) }),
    node('subquery', { query }),
  );
  const selectItem = fc.oneof(
    node('select-expression', { value: e, alias: maybe(identifier) }),
    node('select-all', { qualifier: maybe(qualifiedName), columns: none }),
    node('select-all', { qualifier: qualifiedName, columns }),
    node('select-fields', { row: e.filter((row) => !isName(row)), columns }),
  );
  const element = fc.oneof(
    node('simple-grouping', { keys: list(e, 0) }),
    node('rollup', { keys: list(e, 0) }),
    node('cube', { keys: list(e, 0) }),
    node('grouping-sets', { sets: list(list(e, 0)) }),
  );
  const select = node<Query['body']>('select', {
    distinct: fc.boolean(),
    items: list(selectItem),
    from: maybe(tie('relation')),
    where: maybe(e),
    groupBy: maybe(node('group-by', { distinct: fc.boolean(), elements: list(element) })),
    having: maybe(e),
    windows: list(node('named-window', { name: identifier, window }), 0),
    qualify: maybe(e),
  });
  const rows = fc.nat().map(BigInt);
  const fullQuery = node<Query>('query', {
    with: maybe(
      node('with', {
        recursive: fc.boolean(),
        queries: list(node('named-query', { name: identifier, columns, query })),
      }),
    ),
    body: tie('body'),
    orderBy: list(sortItem, 0),
    offset: maybe(node('offset', { rows })),
    limit: maybe(node('limit', { rows: maybe(rows) })),
  });
  const isBare = (q: Query) => !q.with && !q.offset && !q.limit && q.orderBy.length === 0;
  const relation = tie('relation');
  const criteria = fc.oneof(
    node('on', { condition: e }),
    node('using', { columns: list(identifier) }),
    node('natural'),
  );
  return {
    expression: fc.oneof({ maxDepth: 2 }, leaf, composite),
    query: fullQuery.filter((q) => q.body.kind !== 'query' || !isBare(q)),
    body: fc.oneof(
      { maxDepth: 1 },
      node<Query['body']>('table-query', { name: qualifiedName }),
      node<Query['body']>('values', { rows: list(e) }),
      select,
      node<Query['body']>('set-operation', {
        operator: fc.constantFrom('union', 'intersect', 'except'),
        distinct: fc.boolean(),
        left: tie('body'),
        right: tie('body'),
      }),
      fullQuery.filter((q) => !isBare(q)),
    ),
    relation: fc.oneof(
      { maxDepth: 1 },
      node<Relation>('table', { name: qualifiedName }),
      node<Relation>('derived-table', { query }),
      node<Relation>('unnest', { arguments: list(e), ordinality: fc.boolean() }),
      node<Relation>('lateral', { query }),
      node<Relation>('aliased', { relation, alias: identifier, columns }),
      node<Relation>('sample', {
        relation: relation.filter((of) => !isCompound(of) || of.kind === 'aliased'),
        method: fc.constantFrom('bernoulli', 'system'),
        percentage: e,
      }),
      node<Relation>('join', {
        type: fc.constantFrom('inner', 'left', 'right', 'full'),
        left: relation,
        right: relation,
        criteria,
      }),
      node<Relation>('join', {
        type: fc.constant('cross'),
        left: relation,
        right: relation,
        criteria: undefined,
      }),
    ),
  };
});

const string = node('string-literal', { value: fc.string() });
const like = maybe(node('like-pattern', { pattern: string, escape: maybe(string) }));
const plainStatement = fc.oneof(
  { weight: 5, arbitrary: node<Statement>('query-statement', { query: trees.query }) },
  node<Statement>('show-databases', { like }),
  node<Statement>('show-tables', { database: maybe(identifier), like }),
  node<Statement>('show-measures', { table: qualifiedName, like }),
  node<Statement>('show-functions', { like }),
  node<Statement>('describe', { table: qualifiedName }),
  node<Statement>('unload', {
    query: trees.query,
    target: string,
    options: list(node('unload-option', { name: identifier, value: trees.expression }), 0),
  }),
);

const expressionTree: fc.Arbitrary<Expression> = trees.expression;
const statementTree: fc.Arbitrary<Statement> = fc.oneof(
  { weight: 5, arbitrary: plainStatement },
  node<Statement>('explain', { analyze: fc.boolean(), statement: plainStatement }),
);

/** A tree in a form whose differences can be seen. */
function text(tree: unknown): string {
  const plain = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value);
  return JSON.stringify(withoutPositions(tree), plain, 1);
}

describe('printStatement()', () => {
  test('writes what parses to the same tree', () => {
    fc.assert(
      fc.property(statementTree, (tree) => {
        const again = parseStatement(printStatement(tree));
        expect(text(again)).toBe(text(tree));
      }),
      { numRuns: 100 },
    );
  });
});

describe('printExpression()', () => {
  test('writes what parses to the same tree', () => {
    fc.assert(
      fc.property(expressionTree, (tree) => {
        const again = parseExpression(printExpression(tree));
        expect(text(again)).toBe(text(tree));
      }),
      { numRuns: 300 },
    );
  });
});

describe('parseStatement()', () => {
  test('throws nothing but ParseError, whatever the text', () => {
    const words = fc.constantFrom(
      ...'SELECT FROM ( ) , . * a "b" \'c\' 1 1.5 15m @p = AND NOT IN BETWEEN LIKE JOIN ON'.split(
        ' ',
      ),
      ...'UNNEST OVER ROWS LIMIT ORDER BY GROUP -> [ ] CASE WHEN END INTERVAL AS || - /* --'.split(
        ' ',
      ),
      ..."UNION VALUES WITH SHOW TABLES CAST ALL FILTER U&'\\00' X'0' '\u{1f4b0}".split(' '),
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(words).map((w) => w.join(' ')),
    );
    fc.assert(
      fc.property(texts, (sql) => {
        try {
          parseStatement(sql);
        } catch (error) {
          expect(error).toMatchObject({ name: 'ValidationException', hint: expect.any(String) });
        }
      }),
      { numRuns: 1500 },
    );
  });
});
