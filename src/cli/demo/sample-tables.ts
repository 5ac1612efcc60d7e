/**
 * Sample tables of the shapes that AWS's sample databases have, so that example queries run:
 *
 *   DevOps       region, az, hostname                       cpu_utilization, … one measure a record
 *   DevOpsMulti  the same in one multi-measure record
 *   IoT          truck_id, fleet, make, model, …            speed, load, fuel-reading, location
 *   IoTMulti     the same in one multi-measure record
 *
 * Values are random walks of a fixed seed: the same rows on every run, except for their times,
 * which end now.
 */
import type { Dimension } from '@aws-sdk/client-timestream-write';
import { RandomWalk } from './random-walk.ts';
import type { Record } from './write.ts';

export const SAMPLE_DATABASE = 'sampleDB';

export interface SampleSeries {
  readonly dimensions: readonly Dimension[];
  readonly records: readonly Record[];
}

export interface SampleTable {
  readonly name: string;
  readonly rows: number;
  /** In the order of the series; times ascend within each. */
  series(): Generator<SampleSeries>;
}

type Thing = Readonly<{ [dimension: string]: string }>;

interface Measure {
  readonly name: string;
  readonly type: 'DOUBLE' | 'VARCHAR';
  readonly low: number;
  readonly high: number;
}

interface Shape {
  readonly name: string;
  readonly things: readonly Thing[];
  readonly measures: readonly Measure[];
  readonly intervalMs: number;
}

const DEVOPS: Omit<Shape, 'name'> = {
  things: devOpsHosts(),
  measures: [
    { name: 'cpu_utilization', type: 'DOUBLE', low: 0, high: 100 },
    { name: 'memory_utilization', type: 'DOUBLE', low: 20, high: 95 },
    { name: 'network_bytes_in', type: 'DOUBLE', low: 0, high: 60_000 },
    { name: 'network_bytes_out', type: 'DOUBLE', low: 0, high: 60_000 },
  ],
  intervalMs: 30_000,
};

const IOT: Omit<Shape, 'name'> = {
  things: trucks(),
  measures: [
    { name: 'speed', type: 'DOUBLE', low: 0, high: 90 },
    { name: 'load', type: 'DOUBLE', low: 0, high: 5000 },
    { name: 'fuel-reading', type: 'DOUBLE', low: 0, high: 100 },
    { name: 'location', type: 'VARCHAR', low: 30, high: 48 },
  ],
  intervalMs: 60_000,
};

export function sampleTables(hours: number): readonly SampleTable[] {
  const untilMs = Math.floor(Date.now() / 60_000) * 60_000;
  const span = { fromMs: untilMs - hours * 3_600_000, untilMs };
  return [
    single({ name: 'DevOps', ...DEVOPS }, span),
    multi({ name: 'DevOpsMulti', ...DEVOPS }, span),
    single({ name: 'IoT', ...IOT }, span),
    multi({ name: 'IoTMulti', ...IOT }, span),
  ];
}

interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

function single(shape: Shape, span: Span): SampleTable {
  const times = timesOf(span, shape.intervalMs);
  return {
    name: shape.name,
    rows: shape.things.length * shape.measures.length * times.length,
    *series() {
      for (const thing of shape.things) {
        for (const measure of shape.measures) {
          const values = valuesOf(measure, thing, times.length);
          const records = times.map((timeMs, at) => ({
            MeasureName: measure.name,
            MeasureValue: values[at] ?? '',
            MeasureValueType: measure.type,
            Time: String(timeMs),
          }));
          yield { dimensions: dimensionsOf(thing), records };
        }
      }
    },
  };
}

function multi(shape: Shape, span: Span): SampleTable {
  const times = timesOf(span, shape.intervalMs);
  return {
    name: shape.name,
    rows: shape.things.length * times.length,
    *series() {
      for (const thing of shape.things) {
        const columns = shape.measures.map((measure) => ({
          ...measure,
          values: valuesOf(measure, thing, times.length),
        }));
        const records = times.map((timeMs, at) => ({
          MeasureName: `${shape.name}-stats`,
          MeasureValueType: 'MULTI' as const,
          MeasureValues: columns.map(({ name, type, values }) => ({
            Name: name,
            Value: values[at] ?? '',
            Type: type,
          })),
          Time: String(timeMs),
        }));
        yield { dimensions: dimensionsOf(thing), records };
      }
    },
  };
}

function timesOf({ fromMs, untilMs }: Span, intervalMs: number): readonly number[] {
  const count = Math.floor((untilMs - fromMs) / intervalMs);
  return Array.from({ length: count }, (_, at) => fromMs + at * intervalMs);
}

function dimensionsOf(thing: Thing): readonly Dimension[] {
  return Object.entries(thing).map(([Name, Value]) => ({ Name, Value }));
}

function valuesOf(measure: Measure, thing: Thing, count: number): readonly string[] {
  const walk = new RandomWalk(`${measure.name} ${JSON.stringify(thing)}`, measure);
  if (measure.type === 'DOUBLE') return Array.from({ length: count }, () => walk.next().toFixed(2));
  const longitude = new RandomWalk(`longitude ${JSON.stringify(thing)}`, { low: 70, high: 122 });
  return Array.from(
    { length: count },
    () => `${walk.next().toFixed(4)}° N, ${longitude.next().toFixed(4)}° W`,
  );
}

function devOpsHosts(): readonly Thing[] {
  const regions = ['us-east-1', 'us-east-2', 'us-west-2', 'eu-west-1'];
  return Array.from({ length: 20 }, (_, i) => {
    const region = regions[i % regions.length] ?? '';
    const zone = 'abcd'[Math.floor(i / regions.length) % 4] ?? 'a';
    const hostname = `host-${(i * 7919 + 104_729).toString(36).slice(-5)}`;
    return { region, az: `${region}${zone}`, hostname };
  });
}

function trucks(): readonly Thing[] {
  const models = [
    { make: 'Peterbilt', model: '359', fuel_capacity: '150', load_capacity: '1000' },
    { make: 'Peterbilt', model: '379', fuel_capacity: '100', load_capacity: '500' },
    { make: 'Kenworth', model: 'W925', fuel_capacity: '150', load_capacity: '1000' },
    { make: 'Ford', model: 'Bronco', fuel_capacity: '100', load_capacity: '500' },
  ];
  return Array.from({ length: 20 }, (_, i) => ({
    truck_id: String(3_452_000 + i * 37),
    fleet: i % 2 === 0 ? 'Alpha' : 'Beta',
    ...(models[i % models.length] ?? {}),
  }));
}
