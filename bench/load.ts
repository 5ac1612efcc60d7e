/** Sends prepared requests over a fixed number of kept-alive connections and times each. */
import { Agent, request } from 'node:http';
import type { SignedRequest } from './signed-requests.ts';

export interface LoadResult {
  readonly seconds: number;
  /** Milliseconds from sending a request to its answer being complete. */
  readonly latenciesMs: readonly number[];
}

/** Rejects on the first answer that is not 200: a benchmark of errors is of no use. */
export async function sendAll(
  url: string,
  requests: readonly SignedRequest[],
  connections: number,
): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latenciesMs: number[] = [];
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < requests.length; at = next++) {
      const startMs = performance.now();
      await sendOne(url, requests[at] as SignedRequest, agent);
      latenciesMs.push(performance.now() - startMs);
    }
  };
  const startMs = performance.now();
  await Promise.all(Array.from({ length: connections }, worker));
  agent.destroy();
  return { seconds: (performance.now() - startMs) / 1000, latenciesMs };
}

export async function sendOne(
  url: string,
  { headers, body }: SignedRequest,
  agent?: Agent,
): Promise<string> {
  return await new Promise((resolve, reject) => {
    const call = request(
      url,
      { method: 'POST', headers, ...(agent ? { agent } : {}) },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => (text += part));
        answer.on('end', () => {
          if (answer.statusCode === 200) resolve(text);
          else reject(new Error(`${answer.statusCode}: ${text.slice(0, 500)}`));
        });
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}
