/**
 * Amazon resource names (write-api 3.4):
 *
 *     arn:<partition>:timestream:<region>:<account>:database/<database>[/table/<table>]
 *     arn:<partition>:timestream:<region>:<account>:scheduled-query/<name>
 *
 * One catalog answers under every region name: the region of an ARN is the caller's, and none is
 * refused. The account must be ours.
 */
export interface ArnScope {
  readonly region: string;
  readonly accountId: string;
}

export type ParsedArn =
  | { readonly kind: 'database'; readonly accountId: string; readonly database: string }
  | {
      readonly kind: 'table';
      readonly accountId: string;
      readonly database: string;
      readonly table: string;
    }
  | { readonly kind: 'scheduled-query'; readonly accountId: string; readonly name: string };

const ARN = /^arn:aws[a-z-]*:timestream:[a-zA-Z0-9-]+:([0-9]{12}):(.+)$/;
const RESOURCE = /^(?:database\/([^/]+)(?:\/table\/([^/]+))?|scheduled-query\/([^/]+))$/;

export function databaseArn(scope: ArnScope, database: string): string {
  const { region, accountId } = scope;
  return `arn:${partitionOf(region)}:timestream:${region}:${accountId}:database/${database}`;
}

export function tableArn(scope: ArnScope, database: string, table: string): string {
  return `${databaseArn(scope, database)}/table/${table}`;
}

/** Undefined when the text is none of the three forms. */
export function parseArn(arn: string): ParsedArn | undefined {
  const [, accountId, resource] = ARN.exec(arn) ?? [];
  if (accountId === undefined || resource === undefined) return undefined;
  const [, database, table, name] = RESOURCE.exec(resource) ?? [];
  if (name !== undefined) return { kind: 'scheduled-query', accountId, name };
  if (database === undefined) return undefined;
  return table === undefined
    ? { kind: 'database', accountId, database }
    : { kind: 'table', accountId, database, table };
}

export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
