/** What a batch holds, as plain values, for tests. */
import { typeName } from '../../ingest/value-type.ts';
import type { Batch } from '../batch.ts';

export interface ReadRecord {
  readonly line: number;
  readonly table: string;
  readonly measureName: string | undefined;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Type and value by name. */
  readonly fields: Readonly<Record<string, readonly [string, unknown]>>;
  readonly time: bigint;
  readonly valueBytes: number;
}

export function recordsOf({ decoded, place }: Batch): readonly ReadRecord[] {
  return Array.from({ length: decoded.records }, (_, row) => {
    const { names, values } = decoded.dimensions[row]!;
    const shape = decoded.measures[row]!;
    const fields = shape.names.map((name, i) => {
      const type = typeName(shape.types[i]!);
      return [name, [type, cellValue(type, decoded.cellStart[row]! + i)] as const] as const;
    });
    return {
      line: place[row]!,
      table: decoded.tableName,
      measureName: decoded.measureName[row],
      dimensions: Object.fromEntries(names.map((name, i) => [name, values[i]!])),
      fields: Object.fromEntries(fields),
      time: decoded.time.i64[row]!,
      valueBytes: decoded.valueBytes[row]!,
    };
  });

  function cellValue(type: string, cell: number): unknown {
    const { cells, texts } = decoded;
    if (type === 'double') return cells.f64[cell];
    if (type === 'bigint') return cells.i64[cell];
    if (type === 'boolean') return cells.i64[cell] === 1n;
    return texts[cells.i32[cell * 2]!];
  }
}
