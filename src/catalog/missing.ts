/** What a caller is told about a database, table or resource that is not there (write-api 4.0). */
import { ServiceError } from '../base/errors.ts';

export function missingDatabase(name: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `The database ${name} does not exist.`);
}

export function missingTable(name: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `The table ${name} does not exist.`);
}

export function missingResource(arn: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `The resource ${arn} does not exist.`);
}
