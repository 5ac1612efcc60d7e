/**
 * A data folder as `tessera inspect` reads it: without the lock, without changing anything. Beside
 * a running server it shows what was there at the moment of looking, and says so.
 */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { LogIndex } from '../../base/brand.ts';
import { type CatalogState, catalogModel } from '../../catalog/api.ts';
import { logFolderOf, METADATA_LOG, objectFolderOf } from '../../data-folder.ts';
import { type DiskEntry, isMissing } from '../../host/disk.ts';
import { folderHolder } from '../../host/folder-lock.ts';
import { nodeDisk } from '../../host/node-disk.ts';
import { systemProcesses } from '../../host/process-table.ts';
import {
  examineLog,
  LogCorruption,
  type LogEntry,
  readStoredLog,
  type StoredFault,
  type StoredLog,
} from '../../substrate/log/api.ts';
import { MetadataDamaged, readMetadata } from '../../substrate/metadata/api.ts';
import { FolderObjects } from '../../substrate/objects/api.ts';
import { CommandError, EXIT } from '../exit.ts';
import { remark } from './report.ts';

export interface StoredCatalog {
  readonly state: CatalogState;
  /** Records and marks of the metadata log up to here are in it. */
  readonly position: LogIndex;
  readonly damage: StoredFault | undefined;
}

export class StoredFolder {
  readonly dataDir: string;
  readonly logNames: readonly string[];
  /** Whether a server has the folder, or may have it. */
  readonly inUse: boolean;

  private constructor(dataDir: string, logNames: readonly string[], inUse: boolean) {
    this.dataDir = dataDir;
    this.logNames = logNames;
    this.inUse = inUse;
  }

  /** Throws CommandError when there is no data in the folder. */
  static async open(path: string): Promise<StoredFolder> {
    const dataDir = resolve(path);
    await requireFolder(dataDir);
    const logNames = await foldersIn(logFolderOf(dataDir));
    if (logNames === undefined) {
      throw new CommandError(EXIT.failed, `${dataDir} is not a data folder: it holds no logs`);
    }
    const holder = await folderHolder({
      disk: nodeDisk,
      folder: dataDir,
      processes: systemProcesses,
    });
    if (holder !== undefined) {
      const uses = holder.certain ? 'uses' : 'of another machine or container may be using';
      remark(`process ${holder.pid} ${uses} this folder; shown is what it holds at this moment`);
    }
    return new StoredFolder(dataDir, logNames, holder !== undefined);
  }

  async log(name: string): Promise<StoredLog> {
    if (!this.logNames.includes(name)) {
      const names = this.logNames.join(', ') || 'none';
      const what = `there is no log '${name}' in ${this.dataDir}; it has: ${names}`;
      throw new CommandError(EXIT.failed, what);
    }
    return await examineLog(nodeDisk, `${logFolderOf(this.dataDir)}/${name}`);
  }

  entries(log: StoredLog, from: LogIndex): AsyncIterable<LogEntry> {
    return readStoredLog(nodeDisk, log, from);
  }

  /** Folded from the newest snapshot and the metadata log, as far as the log is sound. */
  async catalog(): Promise<StoredCatalog> {
    const log = await this.log(METADATA_LOG);
    const read = async function* (from: LogIndex) {
      for await (const entry of readStoredLog(nodeDisk, log, from)) {
        if (entry.index >= log.soundUntil) return;
        yield entry;
      }
    };
    try {
      const { state, position } = await readMetadata({
        log: { first: log.first, read },
        objects: new FolderObjects(nodeDisk, objectFolderOf(this.dataDir)),
        model: catalogModel,
        prefix: METADATA_LOG,
      });
      return { state, position, damage: log.damage };
    } catch (error) {
      // What is missing then may lie behind the damage, which is the thing to know.
      if (!(error instanceof MetadataDamaged) || log.damage === undefined) throw error;
      throw new LogCorruption(log.damage, log.damage.why);
    }
  }
}

async function requireFolder(path: string): Promise<void> {
  try {
    if ((await stat(path)).isDirectory()) return;
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new CommandError(EXIT.failed, `there is no folder ${path}`);
  }
  throw new CommandError(EXIT.failed, `${path} is not a folder`);
}

async function foldersIn(path: string): Promise<readonly string[] | undefined> {
  let entries: readonly DiskEntry[];
  try {
    entries = await nodeDisk.list(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  return entries.filter(({ kind }) => kind === 'folder').map(({ name }) => name);
}
