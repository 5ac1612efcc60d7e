/**
 * The doors of other protocols, as the composition root uses them.
 *
 *     const doors = new WriteDoors({ access: new Access(keys), metrics: doorMetrics(registry) });
 *     new ApiServer({ routes: [...doors.routes, …] });
 *     doors.open({ catalog, ingest, clock, region });
 */
export { Access } from './access.ts';
export { doorMetrics } from './metrics.ts';
export { WriteDoors } from './write-doors.ts';
