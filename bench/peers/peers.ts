/** All peers, the ones that are nearest to a time-series server first. */
import type { System } from '../dashboards/system.ts';
import { CHDB, DUCKDB, EmbeddedPeer } from './embedded-peer.ts';
import { InfluxDb } from './influxdb.ts';
import { PostgreSql } from './postgresql.ts';
import { VictoriaMetrics } from './victoria-metrics.ts';

interface PeerSource {
  readonly name: string;
  /** Makes its programs available in a folder; rejects where that cannot be done. */
  install(folder: string): Promise<System>;
}

export const PEERS: readonly PeerSource[] = [
  { name: 'victoria-metrics', install: (folder) => VictoriaMetrics.install(folder) },
  { name: 'influxdb', install: (folder) => InfluxDb.install(folder) },
  { name: 'duckdb', install: (folder) => EmbeddedPeer.install(folder, DUCKDB) },
  { name: 'postgresql', install: (folder) => PostgreSql.install(folder) },
  { name: 'chdb', install: (folder) => EmbeddedPeer.install(folder, CHDB) },
];
