import { Worker } from 'node:worker_threads';

/**
 * Ticks in a thread of its own, since the event loop's timers know whole milliseconds only. A tick that this thread has
 * not taken yet is not doubled.
 */
const thread = `
const { parentPort, workerData } = require('node:worker_threads');
const taken = new Int32Array(workerData.taken);
const nothing = new Int32Array(new SharedArrayBuffer(4));
while (Atomics.load(taken, 0) >= 0) {
  Atomics.wait(nothing, 0, 0, workerData.everyMs);
  if (Atomics.compareExchange(taken, 0, 1, 0) === 1) parentPort.postMessage(0);
}
`;

/** Calls until told that it is over; resolves then. */
export async function startMetronome(everyMs: number, tick: () => boolean): Promise<void> {
  const taken = new Int32Array(new SharedArrayBuffer(4)).fill(1);
  const worker = new Worker(thread, { eval: true, workerData: { everyMs, taken: taken.buffer } });
  await new Promise<void>((resolve, reject) => {
    worker.on('error', reject);
    worker.on('message', () => {
      if (tick()) resolve();
      else Atomics.compareExchange(taken, 0, 0, 1);
    });
  });
  Atomics.store(taken, 0, -1);
  await worker.terminate();
}
