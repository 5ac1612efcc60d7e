/**
 * The moments of background work at which a crash leaves something behind, by name. Work reports
 * each as it gets there, so that a test can end the process at any of them and see what the next
 * start makes of it; outside of tests nobody listens.
 */
export const CRASH_POINTS = [
  /** The tile has a second tile above it, by the metadata. */
  'cut: recorded',
  /** The generation takes no more writes, by the metadata. */
  'seal: frozen',
  /** Nothing of the generation is in flight any more. */
  'seal: drained',
  /** Drafts are written, and may not be durable. */
  'seal: written',
  /** One draft at least is an object, that no tile names. */
  'seal: put one',
  'seal: put all',
  /** The tile has the objects instead of the generations; these are still in the log. */
  'seal: recorded',
  /** The log has forgotten the generations. */
  'seal: trimmed',
  'expire: recorded',
  'divide: recorded',
  'merge: recorded',
  'compact: written',
  'compact: put',
  /** The objects that were replaced may be deleted or not. */
  'compact: recorded',
] as const;

export type CrashPoint = (typeof CRASH_POINTS)[number];

export type ReachCrashPoint = (point: CrashPoint) => void;
