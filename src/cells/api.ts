/**
 * Cells, as other folders may use them. A cell is a whole copy of the system; an account lives in
 * one, and discovery tells a client the address of its own.
 */
export { type Cell, type CellDirectory, singleCell } from './cell-directory.ts';
export { addressFor, CACHE_PERIOD_MINUTES, type DiscoveryRequest } from './discovery.ts';
