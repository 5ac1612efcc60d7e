/**
 * The vocabulary: token kinds, reserved words and the units of short intervals (query-language 1).
 */
import type { Position, ShortIntervalUnit } from './ast.ts';

export type TokenKind =
  /** An unquoted identifier or a keyword; which of them, the parser knows. */
  | 'word'
  | 'quoted'
  | 'string'
  /** U&'…', undecoded: an UESCAPE may follow. */
  | 'unicode-string'
  | 'binary'
  | 'integer'
  | 'double'
  | 'short-interval'
  | 'parameter'
  | 'symbol'
  | 'end'
  /** No token at all; `text` says why. Reported only once the parser gets there. */
  | 'invalid';

export interface Token {
  readonly kind: TokenKind;
  /** Without quotes, with doubled ones undone; of a short interval the digits; of `@x` the `x`. */
  readonly text: string;
  /** A word in upper case; '' for everything else. */
  readonly word: string;
  /** Of a short interval. */
  readonly unit: ShortIntervalUnit | undefined;
  readonly at: Position;
}

/** Words that are names only in quotes (query-language 1.3). */
export const RESERVED: ReadonlySet<string> = new Set(
  `ALTER AND AS BETWEEN BY CASE CAST CONSTRAINT CREATE CROSS CUBE CURRENT_DATE CURRENT_TIME
  CURRENT_TIMESTAMP CURRENT_USER DEALLOCATE DELETE DESCRIBE DISTINCT DROP ELSE END ESCAPE EXCEPT
  EXECUTE EXISTS EXTRACT FALSE FOR FROM FULL GROUP GROUPING HAVING IN INNER INSERT INTERSECT INTO
  IS JOIN LEFT LIKE LOCALTIME LOCALTIMESTAMP NATURAL NORMALIZE NOT NULL ON OR ORDER OUTER PREPARE
  RECURSIVE RIGHT ROLLUP SELECT TABLE THEN TRUE UESCAPE UNION UNNEST USING VALUES WHEN WHERE
  WITH`.split(/\s+/),
);

/** `m` is minute: months and weeks have no short form, weeks no unit at all (query-language 1.4). */
const UNITS: Readonly<Record<string, ShortIntervalUnit>> = {
  ns: 'nanosecond',
  us: 'microsecond',
  ms: 'millisecond',
  s: 'second',
  m: 'minute',
  h: 'hour',
  d: 'day',
  y: 'year',
  nanosecond: 'nanosecond',
  microsecond: 'microsecond',
  millisecond: 'millisecond',
  second: 'second',
  minute: 'minute',
  hour: 'hour',
  day: 'day',
  month: 'month',
  year: 'year',
};

export function shortIntervalUnit(text: string): ShortIntervalUnit | undefined {
  const unit = text.toLowerCase();
  return Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
}

/** How the token is named in a hint. */
export function describeToken(token: Token): string {
  switch (token.kind) {
    case 'end':
      return 'the end';
    case 'string':
    case 'unicode-string':
    case 'binary':
      return 'a string';
    case 'parameter':
      return `@${token.text}`;
    case 'quoted':
      return `"${token.text}"`;
    case 'invalid':
      return token.text;
    default:
      return token.kind === 'symbol' ? `'${token.text}'` : token.text;
  }
}
