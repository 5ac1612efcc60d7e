/**
 * What runs by itself, as the composition root uses it: the life of tiles from hot rows to objects
 * to nothing.
 */
export { CRASH_POINTS, type CrashPoint, type ReachCrashPoint } from './crash-points.ts';
export { type Sealer, ThreadSealer } from './sealer.ts';
export { TileKeeper, type TileKeeperOptions } from './tile-keeper.ts';
export { type TileSettings, tileSettings } from './tile-settings.ts';
