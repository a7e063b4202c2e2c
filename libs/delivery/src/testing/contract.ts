import { afterEach, beforeEach, describe } from '@jest/globals';
import { appendPromises } from './contract/append.promises.js';
import { batchPromises } from './contract/batch.promises.js';
import { commitPromises } from './contract/commit.promises.js';
import { crashPromises } from './contract/crash.promises.js';
import { failurePromises } from './contract/failure.promises.js';
import { orderPromises } from './contract/order.promises.js';
import { ownershipPromises } from './contract/ownership.promises.js';
import { pressurePromises } from './contract/pressure.promises.js';
import { suspicionPromises } from './contract/suspicion.promises.js';
import { timePromises } from './contract/time.promises.js';
import { Scene, type StoreHarness } from './scene.js';

/**
 * What every driver of the engine must keep, as Jest tests. A driver's own spec calls this with a harness over a real
 * server.
 */
export function describeDeliveryContract(driver: string, harness: StoreHarness): void {
  describe(`delivery over ${driver}`, () => {
    let current: Scene;
    const scene = (): Scene => current;
    beforeEach(() => {
      current = new Scene(harness);
    });
    afterEach(() => current.end());

    appendPromises(scene, harness);
    orderPromises(scene, harness);
    batchPromises(scene, harness);
    failurePromises(scene, harness);
    commitPromises(scene, harness);
    ownershipPromises(scene, harness);
    timePromises(scene, harness);
    suspicionPromises(scene, harness);
    pressurePromises(scene, harness);
    crashPromises(scene, harness);
  });
}
