import { describe, expect, test } from 'vitest';
import { ConfigError, type ConfigSources, readConfig } from './config.ts';

const read = (sources: Partial<ConfigSources>) =>
  readConfig({ flags: {}, environment: {}, machineBytes: 1000, terminal: false, ...sources });

describe('readConfig()', () => {
  test('gives durable storage on loopback port 8453 when nothing is said', () => {
    expect(read({})).toMatchObject({
      port: 8453,
      host: '127.0.0.1',
      dataDir: './tessera-data',
      inMemory: false,
      auth: 'sigv4',
      memoryStoreBytesMax: 500,
    });
  });

  test('prefers a flag to the environment, and the environment to the default', () => {
    const environment = { TESSERA_PORT: '9000', TESSERA_IN_MEMORY: 'true' };
    expect(read({ environment })).toMatchObject({ port: 9000, inMemory: true });
    expect(read({ environment, flags: { port: '9001' } }).port).toBe(9001);
  });

  test('refuses auth none on an address that others can reach', () => {
    expect(() => read({ flags: { auth: 'none', host: '0.0.0.0' } })).toThrow(/loopback/);
    expect(read({ flags: { auth: 'none', host: '::1' } }).auth).toBe('none');
  });

  test.each([
    ['port', '65536'],
    ['port', '80a'],
    ['auth', 'basic'],
    ['account-id', '12'],
    ['memory-store-limit', '0'],
    ['memory-store-limit', '0%'],
    ['memory-store-limit', 'much'],
    ['in-memory', 'perhaps'],
  ] as const)('refuses %s = %s, naming both', (name, value) => {
    expect(() => read({ flags: { [name]: value } })).toThrow(ConfigError);
    expect(() => read({ flags: { [name]: value } })).toThrow(`${name} is '${value}'`);
  });

  test('reads sizes in units and in percent of the machine', () => {
    expect(read({ flags: { 'memory-store-limit': '2G' } }).memoryStoreBytesMax).toBe(2 ** 31);
    expect(read({ flags: { 'memory-store-limit': '10%' } }).memoryStoreBytesMax).toBe(100);
  });
});
