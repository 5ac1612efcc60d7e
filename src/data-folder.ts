/**
 * What lies where in a data folder. The server fills it; `tessera inspect` looks into it.
 *
 *   <data>/lock-*            held while a server uses the folder
 *   <data>/log/<name>/       logs: `metadata`, `shard-0`
 *   <data>/objects/          snapshots of the metadata, sealed rows, reports
 *   <data>/magnetic/         objects that are being written; emptied by each start
 *   <data>/spill/<worker>/   what running queries have no memory for; emptied by each start
 */

/** The log of databases, tables, schemas and tiles; also the prefix of its snapshots' keys. */
export const METADATA_LOG = 'metadata';
/** The log of rows. */
export const SHARD_LOG = 'shard-0';

export function logFolderOf(dataDir: string): string {
  return `${dataDir}/log`;
}

export function objectFolderOf(dataDir: string): string {
  return `${dataDir}/objects`;
}

export function magneticFolderOf(dataDir: string): string {
  return `${dataDir}/magnetic`;
}

export function spillFolderOf(dataDir: string): string {
  return `${dataDir}/spill`;
}
