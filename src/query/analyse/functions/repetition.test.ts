/**
 * No lowering writes an argument twice: nested calls would multiply, and a statement of a few
 * hundred characters would become one of megabytes.
 */
import { describe, expect, test } from 'vitest';
import { arrayOf, BIGINT, DOUBLE, INTEGER, type SqlType, timeseriesOf, VARCHAR } from '../types.ts';
import type { FunctionOverload, TypePattern } from './overload.ts';
import { documentedFunctions } from './registry.ts';
import { resolveAmong } from './resolve.ts';

/** Long, so that it counts as worth a name of its own, and no literal. */
const MARK = 'column_of_the_argument_';
const FILL = '_'.repeat(100);

const CANDIDATES: readonly SqlType[] = [INTEGER, BIGINT, DOUBLE, VARCHAR];

function typeOf(pattern: TypePattern, variable: SqlType): SqlType {
  switch (pattern.kind) {
    case 'exact':
      return pattern.type;
    case 'variable':
      return variable;
    case 'array':
      return arrayOf(typeOf(pattern.element, variable));
    case 'timeseries':
      return timeseriesOf(typeOf(pattern.value, variable));
    case 'map':
      return {
        kind: 'map',
        key: typeOf(pattern.key, variable),
        value: typeOf(pattern.value, variable),
      };
    case 'row':
      return {
        kind: 'row',
        fields: pattern.fields.map((field) => ({ ...field, type: typeOf(field.type, variable) })),
      };
    case 'function':
      return {
        kind: 'function',
        parameters: pattern.parameters.map((inner) => typeOf(inner, variable)),
        result: typeOf(pattern.result, variable),
      };
  }
}

/** How often the lowering's text has each argument. */
function repetitions(overload: FunctionOverload, variable: SqlType): readonly number[] | undefined {
  const { lower } = overload;
  if (lower.kind !== 'sql') return undefined;
  const types = overload.parameters.map((pattern) => typeOf(pattern, variable));
  const args = types.map((type) =>
    type.kind === 'function'
      ? {
          kind: 'lambda' as const,
          parameterCount: type.parameters.length,
          resultOf: () => type.result,
        }
      : type,
  );
  const resolution = resolveAmong([overload], args);
  if (resolution.kind !== 'resolved') return undefined;
  const texts = types.map((type, at) =>
    type.kind === 'function' ? lambdaText(type.parameters.length, at) : `"${MARK}${at}${FILL}"`,
  );
  const text = lower.text(
    texts,
    { arguments: resolution.arguments, result: resolution.result },
    { nowNanos: 0n },
  );
  return types.map((_, at) => text.split(`${MARK}${at}${FILL}`).length - 1);
}

function lambdaText(parameterCount: number, at: number): string {
  const names = Array.from({ length: parameterCount }, (_, number) => `x${number}`);
  return `lambda ${names.join(', ')}: "${MARK}${at}${FILL}"`;
}

const overloads = documentedFunctions()
  .flatMap(({ functions }) => functions)
  .filter(({ lower, notYet }) => lower.kind === 'sql' && !notYet);

describe('the lowering of a function', () => {
  test.each(overloads.map((overload) => [`${overload.name}${overload.signature}`, overload]))(
    '%s writes no argument twice',
    (_, overload) => {
      const variable = CANDIDATES.find((type) => repetitions(overload as FunctionOverload, type));
      if (variable === undefined) return;
      const most = Math.max(0, ...(repetitions(overload as FunctionOverload, variable) ?? []));
      expect(most).toBeLessThanOrEqual(1);
    },
  );
});
