/** PrepareQuery (query-api 6): what a statement would return, and which parameters it has. */

import { validation } from '../../base/errors.ts';
import { QUERY_STRING_BYTES_MAX } from '../../base/limits.ts';
import type { QueryService } from '../../query/execute/api.ts';
import { stringifyExact } from '../json.ts';
import type { Operation } from '../operation.ts';
import { flag, readRequest, required, text } from '../shapes/shape.ts';

const REQUEST = {
  QueryString: required(text({ min: 1, max: QUERY_STRING_BYTES_MAX })),
  ValidateOnly: flag,
};

export function prepareQuery(queries: QueryService): Operation {
  return {
    name: 'PrepareQuery',
    async run(body) {
      const { QueryString, ValidateOnly } = readRequest(body, REQUEST);
      if (ValidateOnly !== true) {
        throw validation('PrepareQuery only validates: ValidateOnly must be true.');
      }
      const { columns, parameters } = queries.prepare(QueryString);
      return stringifyExact({
        QueryString,
        Columns: columns.map(({ name, type, origin, aliased }) => ({
          Name: name,
          Type: type,
          ...(origin && { DatabaseName: origin.database, TableName: origin.table }),
          Aliased: aliased,
        })),
        Parameters: parameters.map(({ name, type }) => ({ Name: name, Type: type })),
      });
    },
  };
}
