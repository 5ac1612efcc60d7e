/** Why a run gave no page: thrown by the engine room, turned into a ServiceError by the service. */
import type { RunFailureKind } from './room-protocol.ts';

export class RunFailure extends Error {
  override readonly name = 'RunFailure';
  readonly kind: RunFailureKind;

  constructor(kind: RunFailureKind, text: string) {
    super(text);
    this.kind = kind;
  }
}
