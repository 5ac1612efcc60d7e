/** Timers, as a port. They never keep the process alive by themselves. */

export interface Timers {
  /** Calls back once after `delayMs`, unless the returned function is called first. */
  after(delayMs: number, callback: () => void): () => void;
  /** Calls back every `periodMs` until the returned function is called. */
  every(periodMs: number, callback: () => void): () => void;
  /** Resolves after `delayMs`. Unlike the others this keeps the process alive. */
  sleep(delayMs: number): Promise<void>;
}

export const systemTimers: Timers = {
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
  every(periodMs, callback) {
    const timer = setInterval(callback, periodMs);
    timer.unref();
    return () => clearInterval(timer);
  },
  sleep: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
};
