/**
 * CompositePartitionKey (write-api 5.9): a list that in practice holds exactly one key, of type
 * DIMENSION with a name, or of type MEASURE without one.
 */
import { validation } from '../../base/errors.ts';
import type { PartitionKeyRequest } from '../../catalog/api.ts';
import { dimensionNameFault } from '../../ingest/api.ts';
import { choice, list, required, structure, text, type ValueOf } from './shape.ts';

export const COMPOSITE_PARTITION_KEY = list(
  structure({
    Type: required(choice(['DIMENSION', 'MEASURE'])),
    Name: text({ min: 1 }),
    EnforcementInRecord: choice(['REQUIRED', 'OPTIONAL']),
  }),
  { min: 1 },
);

export function partitionKeyFrom(
  keys: ValueOf<typeof COMPOSITE_PARTITION_KEY>,
): PartitionKeyRequest {
  const [key, ...more] = keys;
  if (key === undefined || more.length > 0) {
    throw validation(`CompositePartitionKey must have one element, but has ${keys.length}.`);
  }
  const { Type, Name: name, EnforcementInRecord: enforcement } = key;
  if (Type === 'MEASURE') {
    if (name === undefined && enforcement === undefined) return { kind: 'measure' };
    throw validation(
      'A partition key of type MEASURE cannot have a Name or an EnforcementInRecord.',
    );
  }
  if (name === undefined) throw validation('A partition key of type DIMENSION must have a Name.');
  const fault = dimensionNameFault(name);
  if (fault !== undefined) throw validation(fault);
  return { kind: 'dimension', name, ...(enforcement && { enforcement }) };
}
