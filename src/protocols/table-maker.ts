/**
 * Databases and tables that come into being because somebody writes to them. A table made so takes
 * late records (magnetic store writes), as the databases that these protocols come from take points
 * of any age; all else of it is as CreateTable makes it by default.
 */
import { ServiceError } from '../base/errors.ts';
import type { Catalog, TableName } from '../catalog/api.ts';
import type { Creates, Destination } from './destination.ts';

export class TableMaker {
  readonly #catalog: Catalog;
  readonly #region: string;
  /** What is being made now, so that a burst of writes asks the catalog once. */
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(catalog: Catalog, region: string) {
    this.#catalog = catalog;
    this.#region = region;
  }

  /** Throws ResourceNotFoundException, or why the database cannot be made. */
  async needDatabase({ database: name, creates }: Destination): Promise<void> {
    if (creates !== 'all') this.#catalog.database(name);
    else if (this.#catalog.findDatabase(name) === undefined) {
      await this.#once(name, () => this.#catalog.createDatabase({ name, region: this.#region }));
    }
  }

  /** Undefined when the table is there already. Rejects as needDatabase throws. */
  needTable(name: TableName, creates: Creates): Promise<void> | undefined {
    if (creates === 'none' || this.#catalog.findTable(name) !== undefined) return undefined;
    return this.#once(`${name.database}/${name.table}`, () =>
      this.#catalog.createTable({ ...name, magneticWrites: { enabled: true } }),
    );
  }

  async #once(name: string, make: () => Promise<unknown>): Promise<void> {
    const underWay = this.#underWay.get(name) ?? this.#made(name, make);
    this.#underWay.set(name, underWay);
    await underWay;
  }

  async #made(name: string, make: () => Promise<unknown>): Promise<void> {
    try {
      await make();
    } catch (error) {
      // Somebody else was faster: it is there.
      if (!(error instanceof ServiceError && error.name === 'ConflictException')) throw error;
    } finally {
      this.#underWay.delete(name);
    }
  }
}
