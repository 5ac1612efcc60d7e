/** Request ids in the form the service's cells use: 26 characters of A-Z and 2-7 (write-api 1.3). */
import { randomFillSync } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const LENGTH = 26;
/** Random bytes are drawn in bulk: one system call serves many requests. */
const pool = Buffer.alloc(LENGTH * 256);
let used = pool.length;

export function newRequestId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  let id = '';
  for (let i = 0; i < LENGTH; i++) id += ALPHABET[(pool[used + i] ?? 0) & 31];
  used += LENGTH;
  return id;
}
