/**
 * Brings the series of a snapshot into the order in which objects have their rows, so that these
 * need no sorting by the engine: series by their keys, and a series' rows are in order of time
 * already. What is sorted is series, not rows, and nothing of a row is touched.
 *
 *     slices by series id   3 7 7 9        keys   3: b   7: a   9: NULL
 *     slices by key         7 7 3 9
 *
 * Texts compare as bytes and NULL comes last, as DuckDB's ORDER BY has it.
 */
import { assertNever } from '../base/assert.ts';
import type { Held } from '../magnetic/api.ts';
import { type Slabs, type SnapshotDescriptor, TileReader } from '../memory/api.ts';

/** Of what a series' key is made. */
export type SeriesKeyPart = Extract<Held, { readonly kind: 'dimension' | 'measure-name' }>;

/** The same rows, ordered by the parts of the key, the first one first. */
export function inSeriesOrder(
  slabs: Slabs,
  descriptor: SnapshotDescriptor,
  parts: readonly SeriesKeyPart[],
): SnapshotDescriptor {
  const reader = new TileReader(slabs, descriptor);
  const { sliceCount } = reader;
  if (sliceCount <= 1) return descriptor;
  const columns = parts.map((part) => ranksOf(reader, part));
  const order = Array.from({ length: sliceCount }, (_, slice) => slice).sort((a, b) => {
    for (const ranks of columns) {
      const difference = (ranks[a] ?? 0) - (ranks[b] ?? 0);
      if (difference !== 0) return difference;
    }
    return a - b;
  });
  const ints = descriptor.slices.length / sliceCount;
  const slices = new Int32Array(descriptor.slices.length);
  order.forEach((from, to) => {
    slices.set(descriptor.slices.subarray(from * ints, (from + 1) * ints), to * ints);
  });
  return { ...descriptor, slices };
}

/** For each slice, where the text of its series stands among those of the others. */
function ranksOf(reader: TileReader, part: SeriesKeyPart): Int32Array {
  const codes = Int32Array.from({ length: reader.sliceCount }, (_, slice) =>
    codeOf(reader, reader.seriesOf(slice), part),
  );
  const texts = [...new Set(codes)]
    .filter((code) => code >= 0)
    .map((code) => ({ code, bytes: Buffer.from(reader.dictionary.bytes(code)) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes));
  const ranks = new Map(texts.map(({ code }, rank) => [code, rank]));
  return codes.map((code) => ranks.get(code) ?? texts.length);
}

function codeOf(reader: TileReader, series: number, part: SeriesKeyPart): number {
  switch (part.kind) {
    case 'dimension':
      return reader.dimensionCode(series, part.dimensionId);
    case 'measure-name':
      return reader.measureCode(series);
    default:
      return assertNever(part, 'part of a key');
  }
}
