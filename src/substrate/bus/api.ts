/** What other folders may use of the bus seam: its contract (bus.ts) and its implementations. */
export type { Bus, BusHandler, BusRequest, Heartbeat } from './bus.ts';
export { BusError } from './bus.ts';
export { InProcessBus } from './in-process-bus.ts';
