/** Remote write requests as bytes, for tests: protobuf, and Snappy that only knows literals. */

export interface SentSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [value: number, timestampMs: bigint])[];
}

export function varint(value: bigint | number): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

export function field(number: number, bytes: Uint8Array | readonly number[]): number[] {
  return [number * 8 + 2, ...varint(bytes.length), ...bytes];
}

const text = (each: string): Uint8Array => Buffer.from(each);

export function seriesOf({ labels, samples }: SentSeries): number[] {
  return [
    ...Object.entries(labels).flatMap(([name, value]) =>
      field(1, [...field(1, text(name)), ...field(2, text(value))]),
    ),
    ...samples.flatMap(([value, time]) => {
      const double = Buffer.alloc(8);
      double.writeDoubleLE(value);
      return field(2, [1 * 8 + 1, ...double, 2 * 8, ...varint(time)]);
    }),
  ];
}

export function requestOf(series: readonly SentSeries[]): Buffer {
  return Buffer.from(series.flatMap((each) => field(1, seriesOf(each))));
}

export function compressed(bytes: Uint8Array): Buffer {
  const parts: number[] = varint(bytes.length);
  for (let at = 0; at < bytes.length; at += 60) {
    const literal = bytes.subarray(at, at + 60);
    parts.push((literal.length - 1) * 4, ...literal);
  }
  return Buffer.from(parts);
}
