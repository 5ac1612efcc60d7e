/**
 * Keeps the memory store's generations in step with the tile index: those that tiles have are open,
 * those that tiles had are dropped. Synchronous with the catalog, so that whoever reads both within
 * one turn finds them in agreement.
 */
import type { Catalog } from '../catalog/api.ts';
import { generationsOf } from '../tiles/api.ts';
import type { MemoryStore } from './contract.ts';

/** Before recovery: entries of generations that are not open are skipped. */
export function openGenerations(memory: MemoryStore, { state }: Catalog): void {
  for (const table of state.tables.keys()) {
    for (const tile of state.tiles.within(table)) {
      for (const generation of generationsOf(tile)) memory.openGeneration(generation, table);
      for (const generation of tile.frozen) void memory.freeze(generation);
    }
  }
}

/** Returns the function that ends it. */
export function followCatalog(memory: MemoryStore, catalog: Catalog): () => void {
  return catalog.onChange((change) => {
    if (change.kind === 'table-updated' || change.kind === 'schema-extended') return;
    const { opened, frozen, dropped } = change.tiles;
    for (const { generation, table } of opened) memory.openGeneration(generation, table);
    // Whoever needs it to be at rest waits for that; here it only has to begin.
    for (const generation of frozen) void memory.freeze(generation);
    for (const generation of dropped) memory.drop(generation);
  });
}
