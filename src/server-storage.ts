/**
 * What a server keeps its state in: a locked data folder with logs and objects (data-folder.ts), or
 * memory.
 */
import { logFolderOf, magneticFolderOf, objectFolderOf, spillFolderOf } from './data-folder.ts';
import { systemClock } from './host/clock.ts';
import { makeDurableFolder } from './host/disk.ts';
import { lockFolder } from './host/folder-lock.ts';
import { nodeDisk } from './host/node-disk.ts';
import { systemProcesses } from './host/process-table.ts';
import { systemRandom } from './host/random.ts';
import { emptyFolder, newTemporaryFolder, removeFolder } from './host/scratch-folder.ts';
import { systemTimers } from './host/timers.ts';
import { InMemoryLogs, LocalLogs, type LogObserver, type Logs } from './substrate/log/api.ts';
import { DirectoryObjects, InMemoryObjects, type Objects } from './substrate/objects/api.ts';

export interface Storage {
  readonly logs: Logs;
  readonly objects: Objects;
  /** For objects that are being written, on the file system of the objects. */
  readonly magneticFolder: string;
  /** Where queries spill; empty. */
  readonly spillFolder: string;
  /** After everything that uses it has been closed. */
  release(): Promise<void>;
}

export async function memoryStorage(observer: LogObserver): Promise<Storage> {
  const folder = await newTemporaryFolder();
  const [magneticFolder, spillFolder] = [`${folder}/magnetic`, `${folder}/spill`];
  await emptyFolder(magneticFolder);
  await emptyFolder(spillFolder);
  return {
    logs: new InMemoryLogs(observer),
    objects: new InMemoryObjects(nodeDisk),
    magneticFolder,
    spillFolder,
    release: () => removeFolder(folder),
  };
}

export interface FolderStorageOptions {
  /** Absolute. */
  readonly dataDir: string;
  readonly observer: LogObserver;
  /** The folder is no longer ours: nothing may be written any more. */
  readonly onLockLost: (cause: Error) => void;
}

/** Throws FolderLocked when another process uses the folder. */
export async function folderStorage(options: FolderStorageOptions): Promise<Storage> {
  const { dataDir } = options;
  const machine = { disk: nodeDisk, clock: systemClock, random: systemRandom };
  await makeDurableFolder(nodeDisk, dataDir, dataDir);
  const lock = await lockFolder({
    ...machine,
    folder: dataDir,
    processes: systemProcesses,
    timers: systemTimers,
    onLost: options.onLockLost,
  });
  const logFolder = logFolderOf(dataDir);
  const objectFolder = objectFolderOf(dataDir);
  const magneticFolder = magneticFolderOf(dataDir);
  const spillFolder = spillFolderOf(dataDir);
  await makeDurableFolder(nodeDisk, logFolder, dataDir);
  await makeDurableFolder(nodeDisk, objectFolder, dataDir);
  await makeDurableFolder(nodeDisk, magneticFolder, dataDir);
  await emptyFolder(spillFolder);
  return {
    logs: new LocalLogs({
      ...machine,
      folder: logFolder,
      lease: lock,
      observer: options.observer,
    }),
    objects: await DirectoryObjects.open({ ...machine, folder: objectFolder }),
    magneticFolder,
    spillFolder,
    release: () => lock.release(),
  };
}
