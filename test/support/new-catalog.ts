/** A catalog for tests: in memory, with a clock to move, and a second life from the same log. */
import {
  type Catalog,
  type CatalogRecord,
  type CatalogState,
  catalogModel,
  createCatalog,
} from '../../src/catalog/api.ts';
import { ManualClock } from '../../src/host/clock.ts';
import { FaultyDisk } from '../../src/host/faulty-disk.ts';
import { InMemoryLogs } from '../../src/substrate/log/api.ts';
import { guardOwnLog, type Metadata, openMetadata } from '../../src/substrate/metadata/api.ts';
import { InMemoryObjects } from '../../src/substrate/objects/api.ts';

export interface CatalogWorld {
  readonly catalog: Catalog;
  readonly metadata: Metadata<CatalogState, CatalogRecord>;
  readonly clock: ManualClock;
  /** Closes the catalog and opens it again from what is durable. */
  reopen(): Promise<CatalogWorld>;
}

export const START_MS = 1_700_000_000_123;

export async function newCatalog(
  logs = new InMemoryLogs(),
  objects = new InMemoryObjects(new FaultyDisk()),
): Promise<CatalogWorld> {
  const clock = new ManualClock(START_MS);
  const metadata = await openMetadata({
    log: guardOwnLog(await logs.open('metadata', { writer: 'test' })),
    objects,
    model: catalogModel,
    prefix: 'metadata',
    onSnapshotFailed: (error) => {
      throw error;
    },
  });
  return {
    catalog: createCatalog({ metadata, clock, accountId: '000000000000' }),
    metadata,
    clock,
    async reopen() {
      await metadata.close();
      return newCatalog(logs, objects);
    },
  };
}
