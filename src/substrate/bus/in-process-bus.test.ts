import { describe, expect, it } from 'vitest';
import { systemTimers } from '../../host/timers.ts';
import { type BusError, type Heartbeat, InProcessBus } from './api.ts';

const text = (value: string) => new TextEncoder().encode(value);
const timeoutMs = 1000;

describe('in-process bus', () => {
  it('carries a request to the role and the reply back', async () => {
    const bus = new InProcessBus(systemTimers);
    bus.serve('echo', 'a', async (payload) => Uint8Array.from([...payload, 33]));
    const reply = await bus.request({ role: 'echo', payload: text('hi'), timeoutMs });
    expect(reply).toEqual(text('hi!'));
  });

  it('takes turns among members, and asks a named one', async () => {
    const bus = new InProcessBus(systemTimers);
    for (const member of ['a', 'b']) bus.serve('who', member, async () => text(member));
    const ask = async (member?: string) => {
      const request = { role: 'who', payload: text(''), timeoutMs };
      const reply = await bus.request(member === undefined ? request : { ...request, member });
      return new TextDecoder().decode(reply);
    };
    expect([await ask(), await ask(), await ask()]).toEqual(['a', 'b', 'a']);
    expect([await ask('b'), await ask('b')]).toEqual(['b', 'b']);
  });

  it('says why there is no reply', async () => {
    const bus = new InProcessBus(systemTimers);
    const ask = (role: string) =>
      bus
        .request({ role, payload: text(''), timeoutMs: 5 })
        .catch((error: BusError) => error.reason);
    bus.serve('slow', 'a', () => new Promise(() => {}));
    bus.serve('broken', 'a', async () => {
      throw new Error('broken');
    });
    const stop = bus.serve('gone', 'a', async (payload) => payload);
    stop();
    expect(await ask('slow')).toBe('timeout');
    expect(await ask('broken')).toBe('handler-failed');
    expect(await ask('gone')).toBe('no-member');
    await bus.close();
    expect(await ask('slow')).toBe('closed');
  });

  it('tells heartbeats to those who watch the role', async () => {
    const bus = new InProcessBus(systemTimers);
    const seen: Heartbeat[] = [];
    const stop = bus.watch('memory', (heartbeat) => seen.push(heartbeat));
    const beat = { role: 'memory', member: 'a', status: { load: 0.5 } };
    bus.beat(beat);
    bus.beat({ ...beat, role: 'worker' });
    stop();
    bus.beat(beat);
    expect(seen).toEqual([beat]);
  });
});
