/**
 * A schema being asked for record by record. Each record is taken whole or refused with its reason,
 * judged by the table's schema and the records taken before it; what the taken ones bring goes to
 * the catalog in one call:
 *
 *     const draft = new SchemaDraft(table.schema);
 *     for (each record) fault = draft.take(shape);          // a fault rejects that record only
 *     if (draft.additions !== undefined) await catalog.extendSchema(table.id, draft.additions);
 *
 * A refusal of extendSchema() after that means that somebody else was faster: draft again.
 */
import type { MeasureType } from '../base/types.ts';
import { checkAdditions, missingFrom, type SchemaFault } from './schema-additions.ts';
import type { Attribute, SchemaAdditions, TableSchema } from './table-schema.ts';

/** What one record asks of the schema. */
export interface RecordShape {
  readonly measureName: string;
  readonly measureType: MeasureType;
  readonly dimensions: readonly string[];
  /** Of a multi-measure record; otherwise empty. */
  readonly attributes: readonly Attribute[];
}

export class SchemaDraft {
  #schema: TableSchema;
  readonly #taken: SchemaAdditions[] = [];

  constructor(schema: TableSchema) {
    this.#schema = schema;
  }

  /** The schema as it will be once the additions are made. */
  get schema(): TableSchema {
    return this.#schema;
  }

  take(shape: RecordShape): SchemaFault | undefined {
    const wanted: SchemaAdditions = {
      measures: [
        { name: shape.measureName, type: shape.measureType, dimensions: shape.dimensions },
      ],
      attributes: shape.attributes,
    };
    const fault = checkAdditions(this.#schema, wanted);
    if (fault !== undefined) return fault;
    const missing = missingFrom(this.#schema, wanted);
    if (missing !== undefined) {
      this.#taken.push(missing);
      this.#schema = this.#schema.extended(missing);
    }
    return undefined;
  }

  /** Undefined while the table's schema has everything already. */
  get additions(): SchemaAdditions | undefined {
    if (this.#taken.length === 0) return undefined;
    return {
      measures: this.#taken.flatMap(({ measures }) => measures),
      attributes: this.#taken.flatMap(({ attributes }) => attributes),
    };
  }
}
