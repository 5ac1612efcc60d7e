import { describe, expect, it } from 'vitest';
import { InvalidCredentials } from './host/credentials.ts';
import { explainStart, StartFailure } from './start-failure.ts';

const settings = { host: '127.0.0.1', port: 8453, dataDir: '/data', inMemory: false };

function systemError(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: it failed, ${syscall}`), { code, syscall });
}

const textOf = (error: Error): string => {
  const explained = explainStart(error, settings);
  expect(explained).toBeInstanceOf(StartFailure);
  return (explained as StartFailure).message;
};

describe('explainStart', () => {
  it.each([
    ['EADDRINUSE', 'listen', /^port 8453 .* in use; .* --port$/],
    ['EACCES', 'listen', /^port 8453 .* may not be used .* --port$/],
    ['EADDRNOTAVAIL', 'listen', /^cannot listen on 127\.0\.0\.1 .* --host$/],
    ['ENOTFOUND', 'getaddrinfo', /^cannot listen on 127\.0\.0\.1 .* --host$/],
    ['EEXIST', 'mkdir', /^the data folder \/data cannot be used: EEXIST.* --data$/],
    ['EROFS', 'open', /^the data folder \/data cannot be used: EROFS.* --data$/],
    ['ENOSPC', 'write', /ENOSPC.*; free some space, or choose another folder with --data$/],
  ])('says what to do about %s of %s', (code, syscall, text) => {
    expect(textOf(systemError(code, syscall))).toMatch(text);
  });

  it('passes on what the credentials file lacks', () => {
    expect(textOf(new InvalidCredentials('mend it'))).toBe('mend it');
  });

  it('leaves a fault of ours as it is', () => {
    const fault = new TypeError('undefined is not a function');
    expect(explainStart(fault, settings)).toBe(fault);
    const disk = systemError('ENOSPC', 'write');
    expect(explainStart(disk, { ...settings, inMemory: true })).toBe(disk);
  });
});
