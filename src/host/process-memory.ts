/** How much memory the process holds, as a port. */
export interface ProcessMemory {
  /** Of all threads, as the system counts it. */
  residentBytes(): number;
  /** Of the calling thread's JavaScript objects. */
  heapBytes(): number;
}

export const systemMemory: ProcessMemory = {
  residentBytes: () => process.memoryUsage.rss(),
  heapBytes: () => process.memoryUsage().heapTotal,
};
