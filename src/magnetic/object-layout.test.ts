/** Names and field ids of the columns of objects. */
import { describe, expect, it } from 'vitest';
import { TableSchema } from '../catalog/api.ts';
import { type Held, objectColumn, objectLayout } from './api.ts';

function schemaOf(dimensions: readonly string[], attributes: readonly string[] = []): TableSchema {
  return TableSchema.empty.extended({
    dimensions,
    measures: [],
    attributes: attributes.map((name) => ({ name, type: 'double' })),
  });
}

function namesInFile(dimensions: readonly string[], attributes: readonly string[] = []): string[] {
  const layout = objectLayout(schemaOf(dimensions, attributes), {
    dimensions: dimensions.keys(),
    columns: attributes.map((_, i) => 4 + i),
  });
  return layout
    .filter(({ holds }) => holds.kind === 'dimension' || holds.kind === 'measure')
    .map(({ nameInFile }) => nameInFile);
}

describe('objectLayout()', () => {
  it('orders dimensions, measure name, time, version, measures', () => {
    const layout = objectLayout(schemaOf(['host', 'region'], ['idle']), {
      dimensions: [1, 0, 1],
      columns: [4, 3, 0],
    });
    expect(layout.map(({ nameInFile, name, type, fieldId }) => [nameInFile, name, type, fieldId])) //
      .toEqual([
        ['host', 'd0', 'VARCHAR', 1000],
        ['region', 'd1', 'VARCHAR', 1001],
        ['measure_name', 'measure_name', 'VARCHAR', 3],
        ['time', 'time', 'TIMESTAMP_NS', 1],
        ['ts_version', 'ts_version', 'BIGINT', 2],
        ['measure_value::double', 'c0', 'DOUBLE', 100_000],
        ['measure_value::boolean', 'c3', 'BOOLEAN', 100_003],
        ['idle', 'c4', 'DOUBLE', 100_004],
      ]);
  });

  it('gives the same column without the schema', () => {
    const [dimension] = objectLayout(schemaOf(['host']), { dimensions: [0], columns: [] });
    const holds: Held = { kind: 'dimension', dimensionId: 0 };
    expect(dimension).toMatchObject(objectColumn(holds));
  });

  it('keeps the first of names that differ in ASCII case only', () => {
    expect(namesInFile(['host', 'Host', 'HOST'], ['hOST', 'Idle', 'idle'])).toEqual([
      ...['host', 'ts_dimension_1', 'ts_dimension_2'],
      ...['ts_measure_4', 'Idle', 'ts_measure_6'],
    ]);
    expect(namesInFile(['É', 'é', 'İ', 'i', 'ı'])).toEqual(['É', 'é', 'İ', 'i', 'ı']);
  });

  it('keeps names when the schema grows', () => {
    const before = namesInFile(['Host', 'b'], ['x']);
    const after = namesInFile(['Host', 'b', 'host', 'B'], ['x', 'X']);
    expect([...after.slice(0, 2), after[4]]).toEqual(before);
  });

  it('replaces names of fixed columns, our own and such as a file cannot have', () => {
    expect(namesInFile(['Time', 'MEASURE_NAME', 'TS_Version', 'Ts_dimension_7'])).toEqual(
      [0, 1, 2, 3].map((id) => `ts_dimension_${id}`),
    );
    expect(namesInFile([], ['a\u0000b', 'a\nb', '\ud800', 'a"b', "it's"])).toEqual([
      ...['ts_measure_4', 'ts_measure_5', 'ts_measure_6'],
      ...['a"b', "it's"],
    ]);
  });
});
