/**
 * Checks of our own invariants. A failed one is a bug in Tessera, never the caller's fault:
 * nothing catches AssertionError, so the process logs it and stops (main.ts).
 */

export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** Ends an exhaustive switch: a new member of the union stops the build here. */
export function assertNever(value: never, what = 'value'): never {
  throw new AssertionError(`unexpected ${what}: ${String(value)}`);
}

/** The value, which the caller knows to be there. */
export function known<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new AssertionError(`${what} is missing`);
  return value;
}
