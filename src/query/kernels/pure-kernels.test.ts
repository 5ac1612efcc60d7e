/** Hashes, JSON, URLs and distributions against values known from their definitions. */
import { describe, expect, it } from 'vitest';
import { hashKernels } from './hash-kernels.ts';
import { jsonKernels } from './json-kernels.ts';
import type { Kernel, KernelValue } from './kernel.ts';
import { statisticsKernels } from './statistics-kernels.ts';
import { urlKernels } from './url-kernels.ts';

const ALL: readonly Kernel[] = [
  ...hashKernels,
  ...jsonKernels,
  ...statisticsKernels,
  ...urlKernels,
];

function call(name: string, ...args: readonly KernelValue[]): KernelValue {
  const kernel = ALL.find((each) => each.name === name);
  if (kernel === undefined || 'run' in kernel) throw new Error(`no kernel ${name}`);
  return kernel.perRow(...args);
}

const hex = (text: string) => Buffer.from(text).toString('hex');

describe('hash kernels', () => {
  it('xxhash64 gives the published values for short and long inputs', () => {
    expect(call('k_hex_xxhash64', '')).toBe('ef46db3751d8e999');
    expect(call('k_hex_xxhash64', hex('abc'))).toBe('44bc2cf5ad770999');
    const long = hex('Nobody inspects the spammish repetition');
    expect(call('k_hex_xxhash64', long)).toBe('fbcea83c8a378bf1');
  });

  it('crc32 gives the check value', () => {
    expect(call('k_hex_crc32', hex('123456789'))).toBe(0xcbf43926n);
  });

  it('big-endian numbers go there and back', () => {
    for (const value of [0n, -1n, 258n, -(2n ** 63n)]) {
      const bytes = call('k_to_big_endian', value, 8) as string;
      expect(call('k_from_big_endian', bytes, 8)).toBe(value);
    }
    expect(() => call('k_from_big_endian', 'ff', 8)).toThrow('expected 8-byte input');
  });

  it('what is no hexadecimal, base 64 or UTF-8 is told or replaced', () => {
    expect(() => call('k_checked_hex', 'abc')).toThrow('Cannot decode as hexadecimal');
    expect(() => call('k_base64_hex', 'a')).toThrow('Illegal base64');
    expect(call('k_hex_text', '41ff')).toBe('A\ufffd');
  });
});

describe('JSON kernels', () => {
  const text = '{"a": [1, 12345678901234567890, {"b c": "x"}], "n": null, "t": true}';

  it.each([
    ['$.a[1]', '12345678901234567890'],
    ['$.a[2]["b c"]', 'x'],
    ['$.t', 'true'],
    ['$.n', null],
    ['$.a', null],
    ['$.missing.more', null],
  ])('k_json_extract_scalar at %s gives %s', (path, expected) => {
    expect(call('k_json_extract_scalar', text, path)).toBe(expected);
  });

  it('values keep their digits and lose their blanks', () => {
    expect(call('k_json_parse', '[1.0 , 12345678901234567890]')).toBe('[1.0,12345678901234567890]');
    expect(call('k_json_extract', text, '$.a[2]')).toBe('{"b c":"x"}');
    expect(call('k_json_size', text, '$.a')).toBe(3n);
    expect(call('k_json_array_get', '[1,2,3]', -1n)).toBe('3');
    expect(call('k_json_array_contains', '[1, 2.0]', '2')).toBe(true);
  });

  it('text that is no JSON is NULL, except to json_parse', () => {
    expect(call('k_json_extract_scalar', '{"a":', '$.a')).toBeNull();
    expect(call('k_json_array_length', 'nothing')).toBeNull();
    for (const bad of ['{"a":', '[1,]', '01', '"\n"', '"\\x"', '1 2', '[['.repeat(1000)]) {
      expect(() => call('k_json_parse', bad)).toThrow('Cannot convert value to JSON');
    }
    expect(() => call('k_json_extract', '{}', 'a')).toThrow('Invalid JSON path');
  });
});

describe('URL kernels', () => {
  const url = 'https://user@example.com:8080/a%20b?q=1&r=x+y%26&e#top';

  it.each([
    ['k_url_protocol', 'https'],
    ['k_url_host', 'example.com'],
    ['k_url_port', 8080n],
    ['k_url_path', '/a b'],
    ['k_url_query', 'q=1&r=x+y&&e'],
    ['k_url_fragment', 'top'],
  ])('%s is %s', (name, expected) => {
    expect(call(name, url)).toBe(expected);
  });

  it('parameters are found by name; what is no URL has no parts', () => {
    expect(call('k_url_parameter', url, 'r')).toBe('x+y&');
    expect(call('k_url_parameter', url, 'e')).toBe('');
    expect(call('k_url_parameter', url, 'z')).toBeNull();
    expect(call('k_url_host', 'not a url')).toBeNull();
    expect(call('k_url_encode', 'a b~*é')).toBe('a+b%7E*%C3%A9');
    expect(call('k_url_decode', 'a+b%7E*%C3%A9')).toBe('a b~*é');
    expect(() => call('k_url_decode', '%zz')).toThrow('Illegal hex characters');
  });
});

describe('statistics kernels', () => {
  it.each([
    ['k_normal_cdf', [0, 1, 1.96], 0.9750021048517796],
    ['k_normal_cdf', [0, 1, -6], 9.865876450376946e-10],
    ['k_inverse_normal_cdf', [0, 1, 0.975], 1.959963984540054],
    ['k_beta_cdf', [3, 3.6, 0.3], 0.21764809997679938],
    ['k_inverse_beta_cdf', [3, 3.6, 0.95], 0.7600272463100223],
  ] as const)('%s of %j', (name, args, expected) => {
    const relative = Math.abs((call(name, ...args) as number) / expected - 1);
    expect(relative).toBeLessThan(1e-12);
  });

  it('buckets are counted from both sides', () => {
    expect(call('k_width_bucket', 2, 4, 0, 3n)).toBe(2n);
    expect(call('k_width_bucket', -1, 3.2, 0, 4n)).toBe(5n);
    expect(call('k_width_bucket_among', 3.14, [0, 2, 4])).toBe(2n);
    expect(() => call('k_width_bucket', 1, 2, 2, 3n)).toThrow('bounds cannot equal each other');
  });

  it('a numeric histogram merges the nearest buckets', () => {
    const points = [1, 1.1, 9, 20].map((v) => ({ v, w: 1 }));
    expect(call('k_numeric_histogram', points, 3n)).toEqual([
      { key: 1.05, value: 2 },
      { key: 9, value: 1 },
      { key: 20, value: 1 },
    ]);
  });

  it('seconds are readable', () => {
    expect(call('k_readable_seconds', 56363463)).toBe(
      '93 weeks, 1 day, 8 hours, 31 minutes, 3 seconds',
    );
    expect(call('k_readable_seconds', 0.2)).toBe('0 seconds');
  });
});
