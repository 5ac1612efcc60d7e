/** A time as the wire has it (write-api 1.4): seconds since the epoch, with milliseconds. */
export function epochSeconds(ms: number): number {
  return Math.floor(ms) / 1000;
}
