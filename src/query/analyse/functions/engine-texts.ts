/**
 * DuckDB's run-time messages turned into those of the query language (query-language 3.4, 3.5):
 * the marked texts of sql-text.ts, and the overflow and range errors that DuckDB itself finds.
 * Undefined for a message that is not one of them; messages of kernels need no turning.
 */
import { formatDouble } from '../../kernels/format-double.ts';
import { DUPLICATE_KEYS, NULL_KEY, UNALIGNED } from './map.ts';
import { ERROR_MARK } from './sql-text.ts';

interface Rule {
  readonly form: RegExp;
  readonly text: (match: RegExpExecArray) => string;
}

const INT_NAMES: Readonly<Record<string, string>> = { INT32: 'integer', INT64: 'bigint' };

const CAST_NAMES: Readonly<Record<string, string>> = { INT32: 'INT', INT64: 'BIGINT' };

function intName(duckName: string | undefined): string {
  return INT_NAMES[duckName ?? ''] ?? 'bigint';
}

function nameByValue(value: string | undefined): string {
  return value === '-2147483648' ? 'integer' : 'bigint';
}

const SIGNS: Readonly<Record<string, string>> = {
  addition: '+',
  subtraction: '-',
  multiplication: '*',
};

const RULES: readonly Rule[] = [
  { form: /^Map keys must be unique/, text: () => DUPLICATE_KEYS },
  { form: /^Map keys can not be NULL/, text: () => NULL_KEY },
  { form: /^The map key list does not align/, text: () => UNALIGNED },
  {
    form: new RegExp(`Could not convert string '${ERROR_MARK}([\\s\\S]*?)' to INT32`),
    text: (match) => match[1] ?? '',
  },
  {
    form: /Could not convert string '([\s\S]*?)' to (INT32|INT64|DOUBLE)/,
    text: ([, value, type = '']) => `Cannot cast '${value}' to ${CAST_NAMES[type] ?? type}`,
  },
  {
    form: /Overflow in (addition|subtraction|multiplication) of (INT\d+) \((-?\d+) . (-?\d+)\)/,
    text: ([, operation = '', type, a, b]) =>
      `${intName(type)} ${operation} overflow: ${a} ${SIGNS[operation]} ${b}`,
  },
  {
    form: /Overflow in division of (-?\d+) \/ (-?\d+)/,
    text: ([, a, b]) => `${nameByValue(a)} division overflow: ${a} / ${b}`,
  },
  {
    form: /Overflow on abs\((-?\d+)\)/,
    text: ([, a]) => `Value ${a} is out of range for abs(${nameByValue(a)})`,
  },
  {
    form: /Type DOUBLE with value (\S+) can't be cast .* destination type INT32/,
    text: ([, value]) => `Out of range for integer: ${javaDouble(value)}`,
  },
  {
    form: /Type DOUBLE with value (\S+) can't be cast .* destination type INT64/,
    text: ([, value]) => `Unable to cast ${javaDouble(value)} to bigint`,
  },
  {
    form: /Type INT64 with value (\S+) can't be cast .* destination type INT32/,
    text: ([, value]) => `Out of range for integer: ${value}`,
  },
  {
    form: /More than one row returned by a subquery used as an expression/,
    text: () => 'Scalar sub-query has returned multiple rows',
  },
  {
    form: /Type INT128 with value \S+ can't be cast .* destination type INT32/,
    text: () => 'integer addition overflow',
  },
  {
    form: /Type INT128 with value \S+ can't be cast .* destination type INT64/,
    text: () => 'bigint addition overflow',
  },
];

function javaDouble(text: string | undefined): string {
  const value = { inf: 'Infinity', '-inf': '-Infinity', nan: 'NaN' }[text ?? ''] ?? text;
  return formatDouble(Number(value));
}

export function queryErrorText(engineMessage: string): string | undefined {
  for (const { form, text } of RULES) {
    const match = form.exec(engineMessage);
    if (match) return text(match);
  }
  return undefined;
}
