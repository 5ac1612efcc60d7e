/**
 * Whether the process can serve, and if not yet, what it is still doing.
 *
 *   starting ──► ready ──► draining
 */

export interface StartupStep {
  /** e.g. "replaying the log". */
  readonly step: string;
  /** 0…1, when it can be told. */
  readonly done?: number;
}

type Phase =
  | { readonly kind: 'starting'; readonly step: StartupStep }
  | { readonly kind: 'ready' }
  | { readonly kind: 'draining' };

export class Readiness {
  #phase: Phase = { kind: 'starting', step: { step: 'starting' } };

  starting(step: StartupStep): void {
    this.#phase = { kind: 'starting', step };
  }

  ready(): void {
    this.#phase = { kind: 'ready' };
  }

  draining(): void {
    this.#phase = { kind: 'draining' };
  }

  get phase(): Phase {
    return this.#phase;
  }
}
