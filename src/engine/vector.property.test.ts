/**
 * Whatever a function returns, of whatever type, arrives whole at the next function and in the
 * result: the writers and readers of vectors agree with DuckDB and with each other.
 */
import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Engine,
  openEngine,
  perRow,
  readRows,
  type VectorType,
  type VectorValue,
} from './api.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await openEngine({
    memoryLimitBytes: 256 * 1024 * 1024,
    threads: 2,
    tempDirectory: `${tmpdir()}/tessera-engine-vector-test`,
    allowedDirectories: [],
  });
});

afterAll(() => engine.close());

const { type: anyType } = fc.letrec<{ type: VectorType }>((tie) => ({
  type: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('boolean', 'integer', 'bigint', 'double', 'varchar'),
    tie('type').map((list) => ({ list })),
    fc
      .array(tie('type'), { minLength: 1, maxLength: 3 })
      .map((types) => ({ struct: types.map((type, k) => [`f${k}`, type] as const) })),
  ),
}));

function anyOf(type: VectorType): fc.Arbitrary<VectorValue> {
  return fc.option(presentOf(type), { freq: 5 });
}

function presentOf(type: VectorType): fc.Arbitrary<VectorValue> {
  if (typeof type === 'object') {
    if ('list' in type) return fc.array(anyOf(type.list), { maxLength: 5 });
    return fc.record(
      Object.fromEntries(type.struct.map(([name, fieldType]) => [name, anyOf(fieldType)])),
    );
  }
  switch (type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer();
    case 'bigint':
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    case 'double':
      return fc.double();
    case 'varchar':
      return fc.string({ unit: 'binary', maxLength: 20 });
  }
}

const table = anyType.chain((type) =>
  fc.record({ type: fc.constant(type), values: fc.array(anyOf(type), { maxLength: 200 }) }),
);

describe('vectors', () => {
  test('carry every value of every type', async () => {
    let number = 0;
    const property = fc.asyncProperty(
      table,
      fc.integer({ min: 1, max: 30 }),
      async (rows, times) => {
        number += 1;
        const { type, values } = rows;
        engine.registerFunction(
          perRow<[bigint]>({
            name: `give_${number}`,
            parameters: ['bigint'],
            result: type,
            nulls: 'propagate',
            apply: (i) => values[Number(i) % values.length]!,
          }),
        );
        engine.registerFunction(
          perRow<[VectorValue]>({
            name: `pass_${number}`,
            parameters: [type],
            result: type,
            nulls: 'called',
            apply: (value) => value,
          }),
        );
        const count = values.length * times;
        const result = await readRows(
          engine,
          `SELECT pass_${number}(give_${number}(i)) FROM range(${count}) t(i)`,
        );
        expect(result).toHaveLength(count);
        expect(result.map(([value]) => value)).toEqual(
          Array.from({ length: count }, (_, i) => values[i % values.length]),
        );
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });
});
