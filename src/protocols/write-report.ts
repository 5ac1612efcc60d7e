/**
 * What became of one request's lines or samples: how many were stored, how many were not, and why
 * the first of these were not.
 */
import { WRITE_FAULTS_LISTED_MAX } from '../base/limits.ts';

export interface WriteFault {
  /** Line or sample, counted from 1. */
  readonly place: number;
  readonly reason: string;
}

export class WriteReport {
  stored = 0;
  /** Cannot be read as what the protocol says. */
  malformed = 0;
  /** Read, but refused by a rule of the table. */
  rejected = 0;
  /** Of no use here, and left out without a word to the client. */
  skipped = 0;
  readonly #faults: WriteFault[] = [];

  malform(place: number, reason: string): void {
    this.malformed++;
    this.#list(place, reason);
  }

  reject(place: number, reason: string): void {
    this.rejected++;
    this.#list(place, reason);
  }

  get failed(): number {
    return this.malformed + this.rejected;
  }

  /** In the order of their places: the first that were found, not all. */
  get faults(): readonly WriteFault[] {
    return this.#faults.toSorted((a, b) => a.place - b.place);
  }

  /** All faults in a line, for the answer; `noun` is what is counted. */
  text(noun: 'line' | 'sample'): string {
    const { faults, failed, stored } = this;
    const listed = faults.map(({ place, reason }) => `${noun} ${place}: ${reason}`);
    const more = failed - listed.length;
    return (
      `partial write: ${failed} of ${failed + stored} ${noun}s not stored: ${listed.join('; ')}` +
      `${more > 0 ? `; and ${more} more` : ''}`
    );
  }

  #list(place: number, reason: string): void {
    if (this.#faults.length < WRITE_FAULTS_LISTED_MAX) this.#faults.push({ place, reason });
  }
}
