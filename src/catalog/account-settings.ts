/**
 * The account's query settings and the rules by which they change (query-api 8).
 *
 * They are kept and answered as Timestream does, so that infrastructure code works unchanged. What
 * a self-hosted server may use is set by its own configuration; these numbers do not throttle it.
 * A change takes effect at once, also where Timestream takes its time.
 */
import { type ServiceError, validation } from '../base/errors.ts';
import {
  PROVISIONED_SHRINK_WAIT_MS,
  QUERY_TCU_DEFAULT,
  QUERY_TCU_MAX,
  QUERY_TCU_STEP,
} from '../base/limits.ts';

export interface Notification {
  readonly roleArn: string;
  readonly topicArn?: string;
}

export interface AccountSettings {
  readonly maxQueryTcu: number;
  readonly compute:
    | { readonly kind: 'on-demand' }
    | {
        readonly kind: 'provisioned';
        readonly targetTcu: number;
        readonly notification?: Notification;
        readonly changedMs: number;
      };
}

export interface AccountSettingsUpdate {
  readonly region: string;
  readonly maxQueryTcu?: number;
  readonly pricingModel?: 'BYTES_SCANNED' | 'COMPUTE_UNITS';
  readonly computeMode?: 'ON_DEMAND' | 'PROVISIONED';
  readonly provisioned?: { readonly targetTcu: number; readonly notification?: Notification };
}

export const INITIAL_ACCOUNT_SETTINGS: AccountSettings = {
  maxQueryTcu: QUERY_TCU_DEFAULT,
  compute: { kind: 'on-demand' },
};

/** The only region where Timestream offers provisioned capacity. */
const PROVISIONED_REGION = 'ap-south-1';

/** The settings after the update, or why it is refused. */
export function updatedSettings(
  current: AccountSettings,
  update: AccountSettingsUpdate,
  nowMs: number,
): AccountSettings | ServiceError {
  const { maxQueryTcu = current.maxQueryTcu, pricingModel } = update;
  if (pricingModel === 'BYTES_SCANNED') {
    return validation('QueryPricingModel can only be changed to COMPUTE_UNITS.');
  }
  if (maxQueryTcu < QUERY_TCU_STEP || !isCapacity(maxQueryTcu)) {
    return validation(
      `MaxQueryTCU must be a multiple of ${QUERY_TCU_STEP} from ${QUERY_TCU_STEP} to ` +
        `${QUERY_TCU_MAX}, but ${maxQueryTcu} was given.`,
    );
  }
  const compute = updatedCompute(current.compute, update, nowMs);
  return compute instanceof Error ? compute : { maxQueryTcu, compute };
}

function updatedCompute(
  current: AccountSettings['compute'],
  update: AccountSettingsUpdate,
  nowMs: number,
): AccountSettings['compute'] | ServiceError {
  const { provisioned } = update;
  const mode = update.computeMode ?? (current.kind === 'provisioned' ? 'PROVISIONED' : 'ON_DEMAND');
  if (mode === 'ON_DEMAND') {
    return provisioned === undefined
      ? { kind: 'on-demand' }
      : validation('ProvisionedCapacity can only be given when ComputeMode is PROVISIONED.');
  }
  if (update.region !== PROVISIONED_REGION) {
    return validation(`ComputeMode PROVISIONED is not available in region ${update.region}.`);
  }
  if (provisioned === undefined) {
    return current.kind === 'provisioned'
      ? current
      : validation('ComputeMode PROVISIONED needs ProvisionedCapacity.');
  }
  const { targetTcu, notification } = provisioned;
  if (!isCapacity(targetTcu)) {
    return validation(
      `TargetQueryTCU must be a multiple of ${QUERY_TCU_STEP} from 0 to ${QUERY_TCU_MAX}, ` +
        `but ${targetTcu} was given.`,
    );
  }
  const before = current.kind === 'provisioned' ? current : { targetTcu: 0, changedMs: 0 };
  if (targetTcu < before.targetTcu && nowMs - before.changedMs < PROVISIONED_SHRINK_WAIT_MS) {
    return validation(
      'TargetQueryTCU cannot be lowered within one hour after the capacity was changed.',
    );
  }
  return {
    kind: 'provisioned',
    targetTcu,
    ...(notification && { notification }),
    changedMs: targetTcu === before.targetTcu ? before.changedMs : nowMs,
  };
}

function isCapacity(tcu: number): boolean {
  return tcu >= 0 && tcu <= QUERY_TCU_MAX && tcu % QUERY_TCU_STEP === 0;
}
