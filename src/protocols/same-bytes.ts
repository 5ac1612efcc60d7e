/** Comparing bytes that were kept with bytes of a request: four at a time, without a copy. */

export interface KeptBytes {
  readonly view: DataView;
  readonly offset: number;
  readonly length: number;
}

/** Whether the same bytes are at `at`. The last four, compared first, may overlap others. */
export function isSame(kept: KeptBytes, view: DataView, at: number): boolean {
  const { view: known, offset, length } = kept;
  const last = length - 4;
  if (at + length > view.byteLength) return false;
  if (last < 0) return isSameShort(kept, view, at);
  if (known.getInt32(offset + last, true) !== view.getInt32(at + last, true)) return false;
  for (let i = 0; i < last; i += 4) {
    if (known.getInt32(offset + i, true) !== view.getInt32(at + i, true)) return false;
  }
  return true;
}

function isSameShort({ view: known, offset, length }: KeptBytes, view: DataView, at: number) {
  for (let i = 0; i < length; i++) {
    if (known.getUint8(offset + i) !== view.getUint8(at + i)) return false;
  }
  return true;
}
