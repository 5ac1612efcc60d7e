import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FaultyDisk } from '../../host/faulty-disk.ts';
import {
  decodeEntryHeader,
  decodeSegmentHeader,
  ENTRY_HEADER_BYTES,
  encodeEntry,
  encodeSegmentHeader,
  entryBytes,
  parseSegmentName,
  payloadIsIntact,
  segmentName,
} from './log-format.ts';
import { scanSegment } from './segment-scan.ts';

const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const index = fc.maxSafeNat();
const header = fc.record({ first: index, epoch: uint32, salt: uint32 });
const flip = fc.record({ at: fc.nat(), bit: fc.integer({ min: 0, max: 7 }) });

describe('log format', () => {
  it('version 1 keeps its bytes for good', () => {
    const written = encodeSegmentHeader({ first: 2 ** 33 + 1, epoch: 3, salt: 0xdeadbeef });
    const { bytes } = encoded(
      { index: 2 ** 33 + 2, groupFirst: 2 ** 33 + 1, epoch: 3, salt: 0xdeadbeef },
      new TextEncoder().encode('tessera'),
    );
    expect(Buffer.from(written).toString('hex')).toBe(
      '544c4f470100000001000000020000000300000000000000efbeadde00000000000000000000000000000000000000000000000000000000000000003b52c7aa',
    );
    expect(Buffer.from(bytes).toString('hex')).toBe(
      'e0e7e4390700000002000000020000000100000002000000030000008bd5db707465737365726100',
    );
  });

  it('segment headers come back as they were written', () => {
    fc.assert(
      fc.property(header, (written) => {
        expect(decodeSegmentHeader(encodeSegmentHeader(written))).toEqual(written);
      }),
    );
  });

  it('segment headers with a flipped bit are refused', () => {
    fc.assert(
      fc.property(header, flip, (written, { at, bit }) => {
        const bytes = encodeSegmentHeader(written);
        bytes[at % bytes.length]! ^= 1 << bit;
        expect(decodeSegmentHeader(bytes)).toBeTypeOf('string');
      }),
    );
  });

  it('segment names sort by number and come back', () => {
    fc.assert(
      fc.property(index, index, (a, b) => {
        expect(parseSegmentName(segmentName(a))).toBe(a);
        expect(segmentName(a) < segmentName(b)).toBe(a < b);
      }),
    );
  });

  it('entries come back as they were written', () => {
    fc.assert(
      fc.property(
        index,
        uint32,
        uint32,
        fc.uint8Array({ maxLength: 200 }),
        (at, epoch, salt, payload) => {
          const { bytes, view } = encoded({ index: at, groupFirst: at, epoch, salt }, payload);
          const found = decodeEntryHeader(view, 0, salt)!;
          expect(found).toMatchObject({ index: at, groupFirst: at, epoch, length: payload.length });
          expect(bytes.subarray(ENTRY_HEADER_BYTES, ENTRY_HEADER_BYTES + payload.length)).toEqual(
            payload,
          );
          expect(payloadIsIntact(found, bytes.subarray(ENTRY_HEADER_BYTES), salt)).toBe(true);
        },
      ),
    );
  });

  it('entries with any bit flipped are found out, padding included', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), uint32, flip, (payload, salt, { at, bit }) => {
        const { bytes, view } = encoded({ index: 5, groupFirst: 3, epoch: 1, salt }, payload);
        bytes[at % bytes.length]! ^= 1 << bit;
        const found = decodeEntryHeader(view, 0, salt);
        const intact = found && payloadIsIntact(found, bytes.subarray(ENTRY_HEADER_BYTES), salt);
        expect(intact ?? false).toBe(false);
      }),
    );
  });

  it('segments with any byte changed never give a different entry, only fewer', async () => {
    const payloads = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        payloads,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (list, at, mask) => {
          const { disk, size, segment } = await storedSegment(list);
          const start = 64;
          disk.flipBits('/s', start + (at % (size - start)), mask);
          const found: Uint8Array[] = [];
          const scan = scanSegment(
            await disk.open('/s', 'read'),
            segment,
            Number.POSITIVE_INFINITY,
          );
          let step = await scan.next();
          for (; step.done !== true; step = await scan.next()) {
            found.push(...step.value.map((entry) => entry.payload));
          }
          expect(step.value.kind).toBe('bad');
          expect(found.length).toBeLessThan(list.length);
          expect(found).toEqual(list.slice(0, found.length));
        },
      ),
    );
  });
});

function encoded(origin: Parameters<typeof encodeEntry>[2], payload: Uint8Array) {
  const bytes = new Uint8Array(entryBytes(payload.length));
  const view = new DataView(bytes.buffer);
  encodeEntry({ bytes, view }, 0, origin, payload);
  return { bytes, view };
}

async function storedSegment(payloads: readonly Uint8Array[]) {
  const segment = { first: 10, epoch: 2, salt: 99 };
  const disk = new FaultyDisk();
  const file = await disk.open('/s', 'create');
  const entries = payloads.map((payload, at) => {
    const origin = { index: 10 + at, groupFirst: 10, epoch: 2, salt: 99 };
    return encoded(origin, payload).bytes;
  });
  await file.write([encodeSegmentHeader(segment), ...entries], 0);
  return { disk, segment, size: await file.size() };
}
