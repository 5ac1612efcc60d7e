import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { REQUEST_BODY_BYTES_MAX } from '../base/limits.ts';
import { BodyBuffers } from './body-buffers.ts';
import { readBody } from './read-body.ts';

/** A request whose body comes in these pieces, each in a turn of its own. */
function requestOf(
  pieces: readonly Uint8Array[],
  headers: Readonly<Record<string, string>> = {},
): IncomingMessage {
  const stream = new PassThrough();
  void (async () => {
    for (const piece of pieces) {
      stream.write(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    stream.end();
  })();
  return Object.assign(stream, { headers }) as unknown as IncomingMessage;
}

const filled = (bytes: number, value: number) => new Uint8Array(bytes).fill(value);
const lengthOf = (pieces: readonly Uint8Array[]) =>
  String(pieces.reduce((sum, piece) => sum + piece.length, 0));

describe('readBody()', () => {
  test.each([
    ['nothing', []],
    ['one piece', [filled(10, 1)]],
    ['pieces', [filled(70_000, 1), filled(1, 2), filled(70_000, 3)]],
  ])('joins %s, with and without a declared length', async (_, pieces) => {
    const whole = Buffer.concat(pieces);
    for (const headers of [{}, { 'content-length': lengthOf(pieces) }]) {
      const { raw, content } = await readBody(requestOf(pieces, headers), new BodyBuffers());
      expect(Buffer.compare(raw, whole)).toBe(0);
      expect(content).toBe(raw);
    }
  });

  test('uses the memory of a released body again, and never that of another', async () => {
    const buffers = new BodyBuffers();
    const pieces = [filled(50_000, 1), filled(50_000, 2)];
    const read = () => readBody(requestOf(pieces), buffers);
    const [first, second] = await Promise.all([read(), read()]);
    expect(first.raw.buffer).not.toBe(second.raw.buffer);
    const memory = first.raw.buffer;
    first.release();
    expect((await read()).raw.buffer).toBe(memory);
  });

  test('undoes gzip and keeps the bytes as sent', async () => {
    const sent = gzipSync('{"a":1}');
    const body = await readBody(
      requestOf([sent], { 'content-encoding': 'gzip' }),
      new BodyBuffers(),
    );
    expect(Buffer.from(body.content).toString()).toBe('{"a":1}');
    expect(Buffer.compare(body.raw, sent)).toBe(0);
  });

  test('refuses a body beyond the limit after reading it', async () => {
    const half = filled(REQUEST_BODY_BYTES_MAX / 2 + 1, 1);
    await expect(readBody(requestOf([half, half]), new BodyBuffers())).rejects.toMatchObject({
      name: 'RequestEntityTooLargeException',
    });
  });

  test('refuses an encoding it does not know, and what is not gzip', async () => {
    for (const encoding of ['br', 'gzip']) {
      const request = requestOf([filled(10, 1)], { 'content-encoding': encoding });
      await expect(readBody(request, new BodyBuffers())).rejects.toMatchObject({
        name: 'MalformedHttpRequestException',
      });
    }
  });
});
