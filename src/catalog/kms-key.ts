/**
 * ARNs of encryption keys (write-api 4.1). Timestream always answers with a full key ARN, whatever
 * form the key was given in. Tessera has no key service: an alias gets a key id made from its own
 * ARN, so that the same alias always names the same key.
 */
import { hash32 } from '../base/hash.ts';
import { type ArnScope, partitionOf } from './arn.ts';

const SERVICE_ALIAS = 'alias/aws/timestream';
const ALIAS_ARN = /^(arn:aws[a-z-]*:kms:[^:]*:[^:]*:)(alias\/.+)$/;

/** Without a key: the service's own. */
export function kmsKeyArn(scope: ArnScope, kmsKeyId = SERVICE_ALIAS): string {
  const { region, accountId } = scope;
  const prefix = `arn:${partitionOf(region)}:kms:${region}:${accountId}:`;
  if (kmsKeyId.startsWith('alias/')) return `${prefix}key/${keyIdOf(prefix + kmsKeyId)}`;
  const [, aliasPrefix] = ALIAS_ARN.exec(kmsKeyId) ?? [];
  if (aliasPrefix !== undefined) return `${aliasPrefix}key/${keyIdOf(kmsKeyId)}`;
  return kmsKeyId.startsWith('arn:') ? kmsKeyId : `${prefix}key/${kmsKeyId}`;
}

/** Shaped like a random UUID. */
function keyIdOf(aliasArn: string): string {
  const hex = [0, 1, 2, 3]
    .map((seed) => hash32(aliasArn, seed).toString(16).padStart(8, '0'))
    .join('');
  const groups = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20),
  ];
  return groups.join('-');
}
