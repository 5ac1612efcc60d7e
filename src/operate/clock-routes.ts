/**
 * Moving the manual clock (`--clock manual`), so that a test in any language can pass six hours in
 * a moment: retention, windows of accepted times and now() follow it.
 *
 *   GET  /clock            { "now": "2026-01-31T12:00:00.000Z" }
 *   POST /clock/advance    { "by": "6h" }  →  the same
 *
 * An advance is answered when what it made due is done: tiles moved to the magnetic store, or
 * removed. The routes exist only with the manual clock.
 */
import { validation } from '../base/errors.ts';
import type { ManualClock } from '../host/clock.ts';
import type { HttpPage, HttpRoute } from '../host/http-route.ts';

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
/** Two hundred years, the longest that anything is kept. */
const ADVANCE_MS_MAX = 73_000 * 86_400_000;

export function clockRoutes(
  clock: ManualClock,
  /** Resolves when all that is due at the new time has been done. */
  settled: () => Promise<void>,
): readonly HttpRoute[] {
  const page = (): HttpPage => ({
    status: 200,
    contentType: 'application/json',
    body: `${JSON.stringify({ now: new Date(clock.nowMs()).toISOString() })}\n`,
  });
  return [
    { method: 'GET', path: '/clock', handle: page },
    {
      method: 'POST',
      path: '/clock/advance',
      async handle(body) {
        clock.advance(durationMs(body));
        await settled();
        return page();
      },
    },
  ];
}

/** Throws ValidationException. */
function durationMs(body: Uint8Array): number {
  const match = /^\s*\{\s*"by"\s*:\s*"(\d{1,12}(?:\.\d{1,3})?)(ms|s|m|h|d)"\s*\}\s*$/.exec(
    Buffer.from(body).toString('latin1'),
  );
  const ms = Number(match?.[1]) * (UNITS_MS[match?.[2] ?? ''] ?? Number.NaN);
  if (!(ms <= ADVANCE_MS_MAX)) {
    throw validation('Say how far to advance the clock as {"by": "6h"}; units are ms, s, m, h, d.');
  }
  return ms;
}
