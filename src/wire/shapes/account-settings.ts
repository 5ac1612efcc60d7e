/** The account's query settings on the wire (query-api 8). */
import type { AccountSettings, AccountSettingsUpdate, Notification } from '../../catalog/api.ts';
import type { JsonObject } from '../json.ts';
import { choice, integer, required, structure, text, type ValueOf } from './shape.ts';

const ARN = text({ min: 1, max: 2048 });
const INT32 = integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

const PROVISIONED_CAPACITY = structure({
  TargetQueryTCU: required(integer({ min: 0, max: 2 ** 31 - 1 })),
  NotificationConfiguration: structure({
    RoleArn: required(ARN),
    SnsConfiguration: structure({ TopicArn: required(ARN) }),
  }),
});

export const UPDATE_ACCOUNT_SETTINGS = {
  MaxQueryTCU: INT32,
  QueryPricingModel: choice(['BYTES_SCANNED', 'COMPUTE_UNITS']),
  QueryCompute: structure({
    ComputeMode: choice(['ON_DEMAND', 'PROVISIONED']),
    ProvisionedCapacity: PROVISIONED_CAPACITY,
  }),
};

export function provisionedFrom(
  capacity: ValueOf<typeof PROVISIONED_CAPACITY>,
): NonNullable<AccountSettingsUpdate['provisioned']> {
  const targetTcu = capacity.TargetQueryTCU;
  const configuration = capacity.NotificationConfiguration;
  if (configuration === undefined) return { targetTcu };
  const topicArn = configuration.SnsConfiguration?.TopicArn;
  const roleArn = configuration.RoleArn;
  return { targetTcu, notification: topicArn === undefined ? { roleArn } : { roleArn, topicArn } };
}

export function renderAccountSettings({ maxQueryTcu, compute }: AccountSettings): JsonObject {
  return {
    MaxQueryTCU: maxQueryTcu,
    QueryPricingModel: 'COMPUTE_UNITS',
    QueryCompute:
      compute.kind === 'on-demand'
        ? { ComputeMode: 'ON_DEMAND' }
        : { ComputeMode: 'PROVISIONED', ProvisionedCapacity: renderProvisioned(compute) },
  };
}

function renderProvisioned(
  compute: Extract<AccountSettings['compute'], { readonly kind: 'provisioned' }>,
): JsonObject {
  return {
    ActiveQueryTCU: compute.targetTcu,
    NotificationConfiguration: compute.notification && renderNotification(compute.notification),
    LastUpdate: { TargetQueryTCU: compute.targetTcu, Status: 'SUCCEEDED' },
  };
}

function renderNotification({ roleArn, topicArn }: Notification): JsonObject {
  return {
    RoleArn: roleArn,
    SnsConfiguration: topicArn === undefined ? undefined : { TopicArn: topicArn },
  };
}
