/**
 * The framework's checks of a request's members and their wording (write-api 1.7): every violation
 * of a request is collected, and all are told in one ValidationException.
 *
 *     2 validation errors detected: Value null at 'databaseName' failed to satisfy constraint:
 *     Member must not be null; Value '' at 'records.1.member.measureName' failed to …
 *
 * Not responsible for the service's own rules, which come later and stop at the first.
 */
import { validation } from '../base/errors.ts';

/** Long values are cut in messages: nobody reads them, and the request has them anyway. */
const VALUE_CHARS_MAX = 256;
/** A request of nothing but faults would get a body of megabytes. */
const CLAUSES_MAX = 100;

/** Inclusive. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

export class Constraints {
  readonly #clauses: string[] = [];
  #count = 0;

  notNull(path: string): void {
    this.violated(path, null, 'Member must not be null');
  }

  /** Of a text, in UTF-16 units as the framework counts them. */
  length(path: string, value: string, bounds: Bounds): void {
    this.#size(path, value, value.length, bounds);
  }

  /** For lists, whose value is summarised: the real service dumps it, nobody parses it. */
  listLength(path: string, length: number, bounds: Bounds): void {
    this.#size(path, `[${length} members]`, length, bounds);
  }

  oneOf(path: string, value: string, allowed: readonly string[]): void {
    if (allowed.includes(value)) return;
    this.violated(path, value, `Member must satisfy enum value set: [${allowed.join(', ')}]`);
  }

  violated(path: string, value: string | null, rule: string): void {
    this.#count++;
    if (this.#clauses.length === CLAUSES_MAX) return;
    const shown = value === null ? 'null' : `'${value.slice(0, VALUE_CHARS_MAX)}'`;
    this.#clauses.push(`Value ${shown} at '${path}' failed to satisfy constraint: ${rule}`);
  }

  /** Throws if anything was violated. */
  check(): void {
    if (this.#count === 0) return;
    const errors = this.#count === 1 ? 'error' : 'errors';
    throw validation(`${this.#count} validation ${errors} detected: ${this.#clauses.join('; ')}`);
  }

  #size(path: string, value: string, length: number, { min, max }: Bounds): void {
    const rule = 'Member must have length';
    if (length < min) this.violated(path, value, `${rule} greater than or equal to ${min}`);
    if (length > max) this.violated(path, value, `${rule} less than or equal to ${max}`);
  }
}
