/** A magnetic store for tests, in a folder that goes with the process. */
import { rmSync } from 'node:fs';
import { createRegistry } from '../../src/host/metrics.ts';
import { nodeDisk } from '../../src/host/node-disk.ts';
import { systemRandom } from '../../src/host/random.ts';
import { newTemporaryFolder } from '../../src/host/scratch-folder.ts';
import { MagneticStore, magneticMetrics } from '../../src/magnetic/api.ts';
import { InMemoryObjects } from '../../src/substrate/objects/api.ts';

export async function newMagnetic(): Promise<MagneticStore> {
  const folder = await newTemporaryFolder();
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return MagneticStore.open({
    objects: new InMemoryObjects(nodeDisk),
    folder,
    disk: nodeDisk,
    random: systemRandom,
    metrics: magneticMetrics(createRegistry(), () => ({ objects: 0, bytes: 0 })),
    logger: { warn: () => {} },
  });
}
