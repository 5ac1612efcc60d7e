/** UpdateAccountSettings (query-api 8); the answer is that of DescribeAccountSettings. */
import type { Catalog } from '../../catalog/api.ts';
import { stringifyExact } from '../json.ts';
import type { Operation } from '../operation.ts';
import {
  provisionedFrom,
  renderAccountSettings,
  UPDATE_ACCOUNT_SETTINGS,
} from '../shapes/account-settings.ts';
import { readRequest } from '../shapes/shape.ts';

export function updateAccountSettings(catalog: Catalog): Operation {
  return {
    name: 'UpdateAccountSettings',
    async run(body, { region }) {
      const request = readRequest(body, UPDATE_ACCOUNT_SETTINGS);
      const { MaxQueryTCU, QueryPricingModel, QueryCompute } = request;
      const capacity = QueryCompute?.ProvisionedCapacity;
      const settings = await catalog.updateAccountSettings({
        region,
        ...(MaxQueryTCU !== undefined && { maxQueryTcu: MaxQueryTCU }),
        ...(QueryPricingModel && { pricingModel: QueryPricingModel }),
        ...(QueryCompute?.ComputeMode && { computeMode: QueryCompute.ComputeMode }),
        ...(capacity && { provisioned: provisionedFrom(capacity) }),
      });
      return stringifyExact(renderAccountSettings(settings));
    },
  };
}
