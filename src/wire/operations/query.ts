/**
 * Query (query-api 3): runs a statement, or fetches the next page of one.
 *
 * Rows come encoded from a query worker and are put between the other members as bytes.
 */
import { QUERY_ROWS_PER_PAGE_MAX, QUERY_STRING_BYTES_MAX } from '../../base/limits.ts';
import type { QueryService } from '../../query/execute/api.ts';
import { stringifyExact } from '../json.ts';
import type { Operation } from '../operation.ts';
import { choice, integer, readRequest, required, structure, text } from '../shapes/shape.ts';

const REQUEST = {
  QueryString: required(text({ min: 1, max: QUERY_STRING_BYTES_MAX })),
  ClientToken: text({ min: 32, max: 128 }),
  NextToken: text({ min: 1, max: 2048 }),
  MaxRows: integer({ min: 1, max: QUERY_ROWS_PER_PAGE_MAX }),
  QueryInsights: structure({
    Mode: required(choice(['ENABLED_WITH_RATE_CONTROL', 'DISABLED'])),
  }),
};

export function query(queries: QueryService): Operation {
  return {
    name: 'Query',
    async run(body, context) {
      const request = readRequest(body, REQUEST);
      const page = await queries.query({
        sql: request.QueryString,
        principal: context.principal?.accessKeyId ?? '',
        maxRows: request.MaxRows,
        nextToken: request.NextToken,
        clientToken: request.ClientToken,
        signal: context.signal,
      });
      const members = {
        QueryId: page.queryId,
        ...(page.nextToken === undefined ? {} : { NextToken: page.nextToken }),
        QueryStatus: {
          ProgressPercentage: page.progressPercentage,
          CumulativeBytesScanned: page.bytesScanned,
          CumulativeBytesMetered: 0,
        },
      };
      const head = `${stringifyExact(members).slice(0, -1)},"ColumnInfo":${page.columnInfo}`;
      return Buffer.concat([Buffer.from(`${head},"Rows":[`), page.rows, Buffer.from(']}')]);
    },
  };
}
