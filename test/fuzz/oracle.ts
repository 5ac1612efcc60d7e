/**
 * What an answer may be: a page of rows, or an error whose fault is the statement's, in words that
 * a user of the query language understands. Everything else is a complaint.
 */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

const ERRORS = new Set(['ValidationException', 'QueryExecutionException', 'ThrottlingException']);

/** Words of the engine, of generated SQL and of our own sources. */
const FOREIGN: readonly RegExp[] = [
  /duck\s?db/i,
  /\b(?:Binder|Catalog|Conversion|Parser|Invalid Input|Out of Range|INTERNAL|Serialization) Error/i,
  /\btile_scan\b/i,
  /\bk_[a-z]\w*/,
  /\bc\d+\b/,
  /\bbound_\d+\b/,
  /\bINT(?:8|16|32|64|128)\b|\bBLOB\b|\bSTRUCT\b|\bHUGEINT\b|\bVARCHAR\[\]/,
  /\b(?:list|array|struct|map)_[a-z]+\(/i,
  /\bLINE \d+:/,
  /\btessera:/,
  /[\ue0f1]/,
  /\bat .*\(?[\w./-]+\.[jt]s:\d+/,
  /\b(?:undefined|\[object Object\])/,
  /\b(?:TypeError|RangeError|AssertionError|ReferenceError)\b/,
  /Maximum call stack/i,
  /errors_as_json|\btry_cast\b.*explicit|explicit type cast/i,
];

/** What is wrong with the answer to a statement, or undefined. */
export function complaintAbout(sql: string, { status, text }: Answer): string | undefined {
  const body = parse(text);
  if (body === undefined) return `HTTP ${status} without a JSON object`;
  if (status === 200) return complaintAboutPage(body);
  const name = String(body['__type']).replace(/^.*#/, '');
  const message = String(body['message'] ?? body['Message'] ?? '');
  // A text that is no Unicode cannot be a JSON string of the API at all.
  const unreadable = name === 'SerializationException' && /\p{Surrogate}/u.test(sql);
  if (!ERRORS.has(name) && !unreadable) return `${name}: ${message}`;
  if (message === '') return `${name} without a message`;
  const word = foreignWord(sql, message);
  return word === undefined ? undefined : `says "${word}": ${message.slice(0, 300)}`;
}

/** A foreign word that the statement itself does not hold, so that it cannot be a quotation. */
function foreignWord(sql: string, message: string): string | undefined {
  // A value that the statement computed is quoted, and may hold anything; a lone word may be a name.
  const said = message.replace(/'[^']*[^\w'][^']*'/g, "''");
  for (const pattern of FOREIGN) {
    const word = pattern.exec(said)?.[0];
    if (word !== undefined && !sql.toLowerCase().includes(word.toLowerCase())) return word;
  }
  return undefined;
}

function complaintAboutPage(body: Record<string, unknown>): string | undefined {
  const { ColumnInfo: columns, Rows: rows, QueryId: id } = body;
  if (!Array.isArray(columns) || !Array.isArray(rows) || typeof id !== 'string') {
    return 'HTTP 200 without ColumnInfo, Rows or QueryId';
  }
  const uneven = (rows as { Data?: unknown[] }[]).find(
    ({ Data }) => Data?.length !== columns.length,
  );
  return uneven && `a row of ${uneven.Data?.length} values under ${columns.length} columns`;
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
