/**
 * What this very host is doing, as multi-measure records:
 *
 *   measure name   dimensions beside host   attributes
 *   cpu            core                     user_percent, system_percent, idle_percent
 *   load                                    load_1m, load_5m, load_15m
 *   memory                                  memory_total, memory_used, memory_free, swap_used
 *   disk           mount                    disk_size, disk_used, disk_used_percent
 *   network        interface                received_bytes, sent_bytes, received_per_s, sent_per_s
 *   processes                               processes_all, processes_running, processes_blocked
 *
 * What the platform does not tell is left out of the record.
 */
import { hostname, loadavg } from 'node:os';
import type { Dimension } from '@aws-sdk/client-timestream-write';
import si from 'systeminformation';
import type { Record } from './write.ts';

export const HOST_TABLE = 'HostMetrics';

type Value = number | null | undefined;

/** Counts are BIGINT columns, everything that may have a fraction DOUBLE, for the table's life. */
const BIGINT = new Set([
  'memory_total',
  'memory_used',
  'memory_free',
  'swap_used',
  'disk_size',
  'disk_used',
  'received_bytes',
  'sent_bytes',
  'processes_all',
  'processes_running',
  'processes_blocked',
]);

export interface HostSample {
  readonly dimensions: readonly Dimension[];
  readonly records: readonly Record[];
}

export class HostSampler {
  readonly #dimensions: readonly Dimension[] = [{ Name: 'host', Value: hostname() }];

  async sample(timeMs: number): Promise<HostSample> {
    const [load, memory, disks, networks, processes] = await Promise.all([
      si.currentLoad(),
      si.mem(),
      si.fsSize(),
      si.networkStats('*'),
      si.processes(),
    ]);
    const [load_1m, load_5m, load_15m] = loadavg();
    const records = [
      ...load.cpus.map((core, number) => record('cpu', { core: String(number) }, cpuValues(core))),
      record('load', {}, { load_1m, load_5m, load_15m }),
      record('memory', {}, memoryValues(memory)),
      ...disks.map((disk) => record('disk', { mount: disk.mount }, diskValues(disk))),
      ...networks.map((net) => record('network', { interface: net.iface }, networkValues(net))),
      record('processes', {}, processValues(processes)),
    ];
    const written = records.filter((each) => each !== undefined);
    return {
      dimensions: this.#dimensions,
      records: written.map((each) => ({ ...each, Time: String(timeMs) })),
    };
  }
}

function cpuValues(core: si.Systeminformation.CurrentLoadCpuData) {
  return {
    user_percent: core.loadUser,
    system_percent: core.loadSystem,
    idle_percent: core.loadIdle,
  };
}

function memoryValues(memory: si.Systeminformation.MemData) {
  return {
    memory_total: memory.total,
    memory_used: memory.active,
    memory_free: memory.available,
    swap_used: memory.swapused,
  };
}

function diskValues(disk: si.Systeminformation.FsSizeData) {
  return { disk_size: disk.size, disk_used: disk.used, disk_used_percent: disk.use };
}

function networkValues(net: si.Systeminformation.NetworkStatsData) {
  return {
    received_bytes: net.rx_bytes,
    sent_bytes: net.tx_bytes,
    received_per_s: net.rx_sec,
    sent_per_s: net.tx_sec,
  };
}

function processValues(processes: si.Systeminformation.ProcessesData) {
  return {
    processes_all: processes.all,
    processes_running: processes.running,
    processes_blocked: processes.blocked,
  };
}

/** Undefined when none of the values is known. */
function record(
  measureName: string,
  dimensions: { readonly [name: string]: string },
  values: { readonly [name: string]: Value },
): Record | undefined {
  const known = Object.entries(values).filter(([, value]) => Number.isFinite(value));
  if (known.length === 0) return undefined;
  return {
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    MeasureName: measureName,
    MeasureValueType: 'MULTI',
    MeasureValues: known.map(([name, value]) => ({
      Name: name,
      Value: BIGINT.has(name) ? String(Math.round(value ?? 0)) : String(value),
      Type: BIGINT.has(name) ? 'BIGINT' : 'DOUBLE',
    })),
  };
}
