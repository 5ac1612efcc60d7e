/** Signs requests by hand, for tests that send what no SDK would. */
import { createHash, createHmac } from 'node:crypto';

export interface Signer {
  readonly url: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const REGION = 'us-east-1';

export function signedHeaders(
  signer: Signer,
  target: string,
  body: Uint8Array,
  at = new Date(),
): Record<string, string> {
  const stamp = at.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = stamp.slice(0, 8);
  const headers: Record<string, string> = {
    'content-type': 'application/x-amz-json-1.0',
    host: new URL(signer.url).host,
    'x-amz-date': stamp,
    'x-amz-target': target,
  };
  const names = Object.keys(headers).sort();
  const lines = names.map((name) => `${name}:${headers[name]}`);
  const parts = ['POST', '/', '', ...lines, '', names.join(';'), sha256(body)];
  const scope = `${day}/${REGION}/timestream/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', stamp, scope, sha256(parts.join('\n'))].join('\n');
  const key = [day, REGION, 'timestream', 'aws4_request'].reduce<Buffer | string>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${signer.secretAccessKey}`,
  );
  const signature = createHmac('sha256', key).update(text).digest('hex');
  const credential = `${signer.accessKeyId}/${scope}`;
  headers['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, ` +
    `Signature=${signature}`;
  return headers;
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
