/** CancelQuery (query-api 5). */
import type { QueryService } from '../../query/execute/api.ts';
import { stringifyExact } from '../json.ts';
import type { Operation } from '../operation.ts';
import { readRequest, required, text } from '../shapes/shape.ts';

const REQUEST = {
  QueryId: required(text({ min: 1, max: 64, pattern: '[a-zA-Z0-9]+' })),
};

export function cancelQuery(queries: QueryService): Operation {
  return {
    name: 'CancelQuery',
    async run(body, { principal }) {
      const { QueryId } = readRequest(body, REQUEST);
      const message = queries.cancel(QueryId, principal?.accessKeyId ?? '');
      return stringifyExact({ CancellationMessage: message });
    },
  };
}
