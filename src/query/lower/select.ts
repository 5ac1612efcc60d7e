/**
 * The text of one SELECT, grown clause by clause.
 *
 * A relation becomes a Select; the next relation of the pipe adds to it while SQL's own order of
 * evaluation allows, and starts a new one around it otherwise:
 *
 *     FROM → WHERE → GROUP BY → select list → DISTINCT → ORDER BY → LIMIT
 *
 * `star` stands for all columns of FROM. Items are expressions over FROM under a name of ours; an
 * ORDER BY names either an item or a column of FROM, so the list may still be cut down after it.
 */
export interface Item {
  readonly name: string;
  readonly text: string;
}

export interface Order {
  /** The column or item that is sorted by, or an expression over FROM. */
  readonly text: string;
  /** ` DESC NULLS LAST` and such. */
  readonly direction: string;
}

export interface Select {
  readonly star: boolean;
  readonly items: readonly Item[];
  readonly distinct: boolean;
  readonly from: string;
  readonly where: readonly string[];
  readonly groupBy?: string;
  readonly orderBy: readonly Order[];
  readonly limit?: string;
  /** `w1 AS (…)`, in front of everything. */
  readonly ctes: readonly string[];
}

export function selectFrom(from: string): Select {
  return { star: true, items: [], distinct: false, from, where: [], orderBy: [], ctes: [] };
}

/** `SELECT * FROM x`, which may as well be `x`. */
export function isBare(select: Select): boolean {
  return isPlainStar(select) && select.where.length === 0 && select.ctes.length === 0;
}

/** Nothing after WHERE yet. */
export function isPlainStar(select: Select): boolean {
  return select.star && select.items.length === 0 && !isOrdered(select) && !select.distinct;
}

export function isOrdered(select: Select): boolean {
  return select.orderBy.length > 0 || select.limit !== undefined;
}

/** Only these columns, in this order. Not after DISTINCT. */
export function withColumns(select: Select, names: readonly string[]): Select {
  const items = new Map(select.items.map((item) => [item.name, item]));
  const list = names.map((name) => items.get(name) ?? { name, text: name });
  const kept = new Set(names);
  const orderBy = select.orderBy.map((order) => {
    const item = kept.has(order.text) ? undefined : items.get(order.text);
    return item === undefined ? order : { ...order, text: item.text };
  });
  return { ...select, star: false, items: list, orderBy };
}

/** Orders nothing: DuckDB refuses a text there, and would take a number for a column's place. */
const LITERAL = /^(?:'(?:[^']|'')*'|[\d.]+(?:e[+-]?\d+)?|NULL|true|false)$/i;

export function selectText(select: Select): string {
  const { from, where, groupBy, orderBy, limit, ctes } = select;
  const order = orderBy
    .filter(({ text }) => !LITERAL.test(text))
    .map(({ text, direction }) => `${text}${direction}`);
  const clauses = [
    ctes.length === 0 ? '' : `WITH ${ctes.join(', ')}`,
    `SELECT ${select.distinct ? 'DISTINCT ' : ''}${listText(select)} FROM ${from}`,
    where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`,
    groupBy === undefined ? '' : `GROUP BY ${groupBy}`,
    order.length === 0 ? '' : `ORDER BY ${order.join(', ')}`,
    limit ?? '',
  ];
  return clauses.filter((clause) => clause !== '').join(' ');
}

/** A list must not be empty, even where only the number of rows is asked for. */
function listText({ star, items }: Select): string {
  if (!star && items.length === 0) return '1 AS z';
  const list = items.map(({ name, text }) => (name === text ? name : `${text} AS ${name}`));
  return (star ? ['*', ...list] : list).join(', ');
}
