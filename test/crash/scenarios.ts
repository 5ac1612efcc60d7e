/**
 * What leads a server to each kind of background work: writes, and moves of the clock. Tiles take
 * 100 rows, late rows are sealed when there are five, objects have about 50.
 */
import { known } from '../../src/base/assert.ts';
import type { CrashPoint } from '../../src/tasks/api.ts';
import type { Life } from '../support/life.ts';
import type { Ledger } from './ledger.ts';

export interface Scenario {
  readonly magneticDays: number;
  /** Clients that write all the time; where tiles have to stay small there are none. */
  readonly writers: number;
  /** Ends, or fails with the server. */
  readonly lead: (life: Life, ledger: Ledger) => Promise<void>;
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  cut: {
    magneticDays: 30,
    writers: 2,
    async lead(life, ledger) {
      await ledger.write(life, { rows: 60, backMinutes: 50 });
      await ledger.write(life, { rows: 80, backMinutes: 10 });
      await life.advance('2s');
    },
  },
  seal: {
    magneticDays: 30,
    writers: 2,
    async lead(life, ledger) {
      await ledger.write(life, { rows: 90, backMinutes: 50 });
      await ledger.change(life, 20);
      await life.advance('3h');
    },
  },
  expire: {
    magneticDays: 1,
    writers: 2,
    async lead(life, ledger) {
      await ledger.write(life, { rows: 30, backMinutes: 50 });
      await life.advance('3h');
      // Late rows make a generation that goes with the objects.
      await ledger.write(life, { rows: 3, backMinutes: 200 });
      await life.advance('2d');
    },
  },
  divide: {
    magneticDays: 30,
    writers: 0,
    async lead(life, ledger) {
      await ledger.write(life, { rows: 90, backMinutes: 50 });
      await ledger.write(life, { rows: 90, backMinutes: 40 });
      await life.advance('3h');
    },
  },
  merge: { magneticDays: 30, writers: 0, lead: writeNeighbours },
  compact: { magneticDays: 30, writers: 0, lead: writeNeighbours },
};

/** Tiles of a few rows, one after the other in time. */
async function writeNeighbours(life: Life, ledger: Ledger): Promise<void> {
  for (let round = 0; round < 4; round++) {
    await ledger.write(life, { rows: 8, backMinutes: 50 });
    await life.advance('3h');
  }
}

export function scenarioOf(point: CrashPoint): Scenario {
  const [prefix] = point.split(':') as [string];
  return known(SCENARIOS[prefix], `a scenario that leads to ${prefix}`);
}
