/** Loads that are larger than what a process should hold as requests. */
import { sendAll } from '../load.ts';
import type { PreparedRequest } from '../signed-requests.ts';

/** Bytes that are prepared at a time. */
const PREPARED_BYTES_MAX = 100e6;

/** Seconds of sending; requests are made in between, a part at a time. */
export async function sendInParts(
  port: number,
  requests: Iterable<PreparedRequest>,
  connections: number,
): Promise<number> {
  let seconds = 0;
  let part: PreparedRequest[] = [];
  let bytes = 0;
  const send = async (): Promise<void> => {
    seconds += (await sendAll(port, part, connections)).seconds;
    part = [];
    bytes = 0;
  };
  for (const request of requests) {
    part.push(request);
    bytes += request.body.length;
    if (bytes > PREPARED_BYTES_MAX) await send();
  }
  await send();
  return seconds;
}
