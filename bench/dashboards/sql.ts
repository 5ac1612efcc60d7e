/** Questions as SQL; dialects differ in how they write times and bins. */
import { NEWEST_BINS, type Question, THRESHOLD } from './questions.ts';

export interface Dialect {
  readonly table: string;
  /** A moment, of the type of the column `time`. */
  readonly moment: (ms: number) => string;
  /** The beginning of the bin that `time` is in. */
  readonly bin: (ms: number) => string;
  /** The newest row of each host. */
  readonly newestRows: (measures: readonly string[]) => string;
}

export function sqlOf(question: Question, dialect: Dialect): string {
  const { table, bin } = dialect;
  const { kind, measures, binMs } = question;
  const where = conditions(question, dialect).join(' AND ');
  const list = (aggregate: string): string =>
    measures.map((name) => `${aggregate}(${name}) AS ${aggregate}_${name}`).join(', ');
  switch (kind) {
    case 'max-by-time':
      return `SELECT ${bin(binMs)} AS t, ${list('max')} FROM ${table} WHERE ${where} GROUP BY ${bin(binMs)} ORDER BY t`;
    case 'average-by-host':
      return `SELECT ${bin(binMs)} AS t, hostname, ${list('avg')} FROM ${table} WHERE ${where} GROUP BY ${bin(binMs)}, hostname ORDER BY t, hostname`;
    case 'newest-bins':
      return `SELECT ${bin(binMs)} AS t, ${list('max')} FROM ${table} WHERE time < ${dialect.moment(question.untilMs)} GROUP BY ${bin(binMs)} ORDER BY t DESC LIMIT ${NEWEST_BINS}`;
    case 'above':
      return `SELECT * FROM ${table} WHERE ${where}`;
    case 'newest-rows':
      return dialect.newestRows(measures);
  }
}

function conditions(question: Question, { moment }: Dialect): readonly string[] {
  const { kind, measures, hosts, fromMs, untilMs } = question;
  const names = hosts.map((name) => `'${name}'`).join(', ');
  return [
    ...(kind === 'above' ? [`${measures[0]} > ${THRESHOLD}`] : []),
    ...(hosts.length > 0 ? [`hostname IN (${names})`] : []),
    `time >= ${moment(fromMs)}`,
    `time < ${moment(untilMs)}`,
  ];
}

/** With an aggregate that takes a value and what is to be largest beside it. */
export function newestRowsBy(
  aggregate: string,
  table: string,
): (measures: readonly string[]) => string {
  return (measures) =>
    `SELECT hostname, MAX(time) AS newest, ${measures
      .map((name) => `${aggregate}(${name}, time) AS last_${name}`)
      .join(', ')} FROM ${table} GROUP BY hostname`;
}
