/**
 * Where reports for users go: named by bucket and key, as they gave them.
 *
 * Without a bucket store of one's own, reports are objects: `reports/<bucket>/<key>`, which an
 * operator finds in the data folder. Bucket and key are texts of users, so what an object key
 * cannot have is written as `=` and two upper-case hexadecimal digits for each byte of its UTF-8,
 * in the manner of quoted-printable:
 *
 *     reports/my-bucket/late=20rows/=2E=2E/x.json      key `late rows/../x.json`
 *
 * An empty segment is `=`. Different names stay different. Where that gets too long for a key or a
 * file name, the folders below the bucket become one, `=` and their SHA-256.
 */
import { createHash } from 'node:crypto';
import { OBJECT_KEY_BYTES_MAX, REPORT_SEGMENT_BYTES_MAX } from '../base/limits.ts';
import { checkObjectKey, type Objects } from '../substrate/objects/api.ts';

export interface ReportSink {
  /** Resolves when the report is durable. The key is new. */
  put(bucket: string, key: string, body: Uint8Array): Promise<void>;
}

export function objectReports(objects: Pick<Objects, 'putIfAbsent'>): ReportSink {
  return {
    async put(bucket, key, body) {
      await objects.putIfAbsent(reportKey(bucket, key), body);
    },
  };
}

export function reportKey(bucket: string, key: string): string {
  const segments = key.split('/').map(encoded);
  const plain = ['reports', encoded(bucket), ...segments];
  const isShort = plain.every((segment) => segment.length <= REPORT_SEGMENT_BYTES_MAX);
  const whole = plain.join('/');
  if (isShort && whole.length <= OBJECT_KEY_BYTES_MAX) return checked(whole);
  const folders = segments.slice(0, -1).join('/');
  const folded = ['reports', shortened(encoded(bucket)), `=${sha256(folders)}`];
  return checked([...folded, shortened(segments.at(-1) ?? '=')].join('/'));
}

function encoded(segment: string): string {
  if (segment === '') return '=';
  const text = segment.replace(/[^A-Za-z0-9._-]/gu, hex);
  // A name that begins with a dot is hidden, or leads out of its folder.
  return text.replace(/^\.+/, hex);
}

function hex(text: string): string {
  return Array.from(
    new TextEncoder().encode(text),
    (byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}

function shortened(segment: string): string {
  return segment.length <= REPORT_SEGMENT_BYTES_MAX ? segment : `=${sha256(segment)}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function checked(key: string): string {
  checkObjectKey(key);
  return key;
}
