/** Queries, as the doors and the composition root use them. */
export { EngineRoom, type EngineRoomOptions } from './engine-room.ts';
export { type QueryMetrics, queryMetrics, roomMetrics } from './metrics.ts';
export type { PreparedQuery } from './prepare-statement.ts';
export {
  createQueryService,
  type QueryAnswer,
  type QueryRequest,
  type QueryService,
} from './query-service.ts';
export type { ScanTask } from './room-protocol.ts';
export { hotRelation } from './table-relation.ts';
export { TileDictionaries } from './tile-dictionaries.ts';
export { TileScanSource } from './tile-scan-source.ts';
