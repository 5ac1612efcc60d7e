/**
 * The text form of the golden suite: reads a file into loads and checks, and puts new expectations
 * into its text. README.md describes the form; nothing here knows a server.
 *
 * A check keeps the lines of its expectation, so that a rewrite leaves all other lines alone.
 */

/** One query and what it answers. */
export interface Check {
  readonly name: string;
  readonly section: string;
  readonly sql: string;
  readonly form: 'expression' | 'statement';
  /** Rows are compared as a set when the statement does not order them. */
  readonly anyOrder: boolean;
  readonly expected: readonly string[];
  /** Zero-based line of the file at which the expectation begins. */
  readonly line: number;
}

export interface Load {
  readonly database: string;
  readonly table: string;
  /** Dimension that partitions the table, and whether it is required. */
  readonly partitionKey?: string;
  readonly records: readonly RecordLine[];
}

export interface RecordLine {
  readonly dimensions: readonly (readonly [name: string, value: string])[];
  readonly time: string;
  readonly measureName: string;
  /** One unnamed value of a single-measure record, or the named ones of a multi-measure record. */
  readonly values: readonly MeasureLine[];
}

export interface MeasureLine {
  readonly name?: string;
  readonly value: string;
  readonly type: 'DOUBLE' | 'BIGINT' | 'BOOLEAN' | 'VARCHAR' | 'TIMESTAMP';
}

export interface GoldenFile {
  readonly title: string;
  readonly loads: readonly Load[];
  readonly checks: readonly Check[];
}

const ARROW = ' => ';
const SEPARATOR = /^----( any order)?$/;
const NAME_LENGTH_MAX = 90;

export function parseGoldenFile(text: string): GoldenFile {
  const lines = text.split('\n');
  const loads: Load[] = [];
  const checks: Check[] = [];
  let title = '';
  let section = '';
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const end = endOfBlock(lines, at);
    if (line.startsWith('# ')) title = line.slice(2);
    else if (line.startsWith('## ')) section = line.slice(3);
    else if (line.startsWith('load ')) loads.push(parseLoad(lines.slice(at, end)));
    else if (/^expressions\b/.test(line)) checks.push(...parseExpressions(lines, at, end, section));
    else if (line !== '' && !line.startsWith('// ')) {
      const check = parseStatement(lines, at, section);
      checks.push(check);
      at = check.line + check.expected.length;
      continue;
    }
    const whole = line.startsWith('load ') || /^expressions\b/.test(line);
    at = whole ? end : at + 1;
  }
  return { title, loads, checks };
}

/** The file's text with the given answers in place of the expectations at their lines. */
export function replaceExpectations(
  text: string,
  answers: ReadonlyMap<Check, readonly string[]>,
): string {
  const lines = text.split('\n');
  const fromTheEnd = [...answers].sort(([a], [b]) => b.line - a.line);
  for (const [check, answer] of fromTheEnd) {
    const head = check.form === 'expression' ? lines[check.line]?.split(ARROW)[0] + ARROW : '';
    const replacement = answer.map((line) => head + line);
    lines.splice(check.line, check.expected.length, ...replacement);
  }
  return lines.join('\n');
}

function endOfBlock(lines: readonly string[], from: number): number {
  const end = lines.indexOf('', from);
  return end < 0 ? lines.length : end;
}

/** `expressions [FROM …]`, then one `expression => type value` a line. */
function parseExpressions(
  lines: readonly string[],
  from: number,
  to: number,
  section: string,
): readonly Check[] {
  const tail = lines[from]?.slice('expressions'.length) ?? '';
  const checks: Check[] = [];
  for (let line = from + 1; line < to; line++) {
    const text = lines[line] ?? '';
    if (text.startsWith('// ')) continue;
    const arrow = text.lastIndexOf(ARROW);
    if (arrow < 0) throw new Error(`line ${line + 1} has no "=>": ${text}`);
    const expression = text.slice(0, arrow).trimEnd();
    checks.push({
      name: shorten(expression),
      section,
      sql: `SELECT ${expression}${tail}`,
      form: 'expression',
      anyOrder: false,
      expected: [text.slice(arrow + ARROW.length).trim()],
      line,
    });
  }
  return checks;
}

/** Everything up to the separator, which may hold blank lines; then the answer up to a blank line. */
function parseStatement(lines: readonly string[], from: number, section: string): Check {
  const separator = lines.findIndex((line, at) => at > from && SEPARATOR.test(line));
  if (separator < 0) throw new Error(`the statement at line ${from + 1} has no answer`);
  const sql = lines.slice(from, separator).join('\n');
  return {
    name: shorten(sql),
    section,
    sql,
    form: 'statement',
    anyOrder: lines[separator]?.endsWith('any order') === true,
    expected: lines.slice(separator + 1, endOfBlock(lines, separator + 1)),
    line: separator + 1,
  };
}

/** `load db.table [partition key]`, then records. */
function parseLoad(lines: readonly string[]): Load {
  const words = /^load ([^.\s]+)\.(\S+)(?: by (\S+))?$/.exec(lines[0] ?? '');
  if (!words) throw new Error(`not a load line: ${lines[0]}`);
  const [, database = '', table = '', partitionKey] = words;
  const records = lines.slice(1).filter((line) => !line.startsWith('// '));
  return {
    database,
    table,
    ...(partitionKey === undefined ? {} : { partitionKey }),
    records: records.map(parseRecord),
  };
}

/** `host=a, region=eu | 2024-05-01 10:00:00 | cpu = 35.2` or `… | status: up = true, level = 3` */
function parseRecord(line: string): RecordLine {
  const [dimensions = '', time = '', measures = ''] = line.split('|').map((part) => part.trim());
  const multi = /^([\w.-]+): (.*)$/.exec(measures);
  const single = /^([\w.-]+) = (.*)$/.exec(measures);
  const measureName = multi?.[1] ?? single?.[1];
  if (measureName === undefined) throw new Error(`not a record: ${line}`);
  return {
    dimensions: dimensions === '' ? [] : dimensions.split(', ').map(parseDimension),
    time,
    measureName,
    values: multi
      ? (multi[2] ?? '').split(', ').map(parseNamedMeasure)
      : [parseMeasure(single?.[2] ?? '')],
  };
}

function parseDimension(text: string): readonly [string, string] {
  const equals = text.indexOf('=');
  return [text.slice(0, equals), text.slice(equals + 1)];
}

function parseNamedMeasure(text: string): MeasureLine {
  const [name = '', ...value] = text.split(' = ');
  return { name, ...parseMeasure(value.join(' = ')) };
}

/** `'text'`, `true`, `12` (bigint), `12.5` or `1e3` (double), or a timestamp. */
function parseMeasure(text: string): MeasureLine {
  if (text.startsWith("'")) return { value: text.slice(1, -1), type: 'VARCHAR' };
  if (text === 'true' || text === 'false') return { value: text, type: 'BOOLEAN' };
  if (/^-?\d+$/.test(text)) return { value: text, type: 'BIGINT' };
  if (/^\d{4}-\d\d-\d\d/.test(text)) return { value: text, type: 'TIMESTAMP' };
  return { value: text, type: 'DOUBLE' };
}

function shorten(sql: string): string {
  const line = sql.replace(/\s+/g, ' ').trim();
  return line.length <= NAME_LENGTH_MAX ? line : `${line.slice(0, NAME_LENGTH_MAX - 1)}…`;
}
