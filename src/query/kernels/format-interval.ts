/** Intervals as text (query-language 7.9): `[-]D HH:MM:SS.nnnnnnnnn` and `[-]Y-M`. */
import { SECONDS_PER_DAY, splitNanos } from './calendar.ts';
import { formatTime } from './format-time.ts';

export function formatIntervalDaySecond(interval: bigint): string {
  const magnitude = interval < 0n ? -interval : interval;
  const { seconds, nanos } = splitNanos(magnitude);
  const days = Math.floor(seconds / SECONDS_PER_DAY);
  const rest = BigInt(seconds - days * SECONDS_PER_DAY) * 1_000_000_000n + BigInt(nanos);
  return `${interval < 0n ? '-' : ''}${days} ${formatTime(rest)}`;
}

export function formatIntervalYearMonth(months: number): string {
  const magnitude = Math.abs(months);
  return `${months < 0 ? '-' : ''}${Math.floor(magnitude / 12)}-${magnitude % 12}`;
}
