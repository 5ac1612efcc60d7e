/** A magnetic store for tests, in a folder that goes with the process. */
import { createRegistry } from '../../src/host/metrics.ts';
import { nodeDisk } from '../../src/host/node-disk.ts';
import { systemRandom } from '../../src/host/random.ts';
import { newTemporaryFolder } from '../../src/host/scratch-folder.ts';
import { MagneticStore, magneticMetrics } from '../../src/magnetic/api.ts';
import { InMemoryObjects } from '../../src/substrate/objects/api.ts';

export async function newMagnetic(): Promise<MagneticStore> {
  return MagneticStore.open({
    objects: new InMemoryObjects(nodeDisk),
    folder: await newTemporaryFolder(),
    disk: nodeDisk,
    random: systemRandom,
    metrics: magneticMetrics(createRegistry(), () => ({ objects: 0, bytes: 0 })),
    logger: { warn: () => {} },
  });
}
