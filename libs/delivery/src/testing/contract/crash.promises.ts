import { describe, expect, it } from '@jest/globals';
import { type Delivery, type Scene, type StoreHarness } from '../scene.js';
import { until } from '../until.js';

/** Short, so that an heir need not wait long. */
const LEASE_MS = 150;

const batch = { quietMs: 5, maxWaitMs: 50, maxMessages: 2, maxBytes: 1 << 20 };

export function crashPromises(scene: () => Scene, harness: StoreHarness): void {
  const out = (): string => `${scene().stream}-out`;

  /** The first try of the second message fails, so that a retry is among the steps. */
  const work = ({ turn, ids, attempts }: Delivery): void => {
    if (ids[0] === 'm2' && attempts[0] === 1) throw new Error('once');
    for (const id of ids) turn.emit({ kind: 'message', stream: out(), id: `${id}/out`, data: id });
  };
  const isDone = async (outputs: number): Promise<boolean> =>
    (await harness.lines(out())).length >= outputs && (await harness.pending(scene().stream, 'g')) === 0;

  describe('a crash', () => {
    it.each(['before', 'after'] as const)(
      'between any two steps loses nothing, doubles nothing and keeps the order (%s a call)',
      async (when) => {
        let steps = 0;
        for (let step = 1; step === 1 || step <= steps; step++) {
          const here = scene();
          here.anew();
          here.partitions = 1;
          const doomed = await here.store();
          doomed.crashAt(step, when);
          await here.publish('c', ['m1', 'm2']);
          void here.consume('doomed', { batch, leaseTtlMs: LEASE_MS }, work, doomed).catch(() => undefined);
          await until(`it crashed at step ${step} or was done`, async () => doomed.crashed || (await isDone(2)));
          await here.publish('c', ['m3', 'm4']);
          await here.consume('heir', { batch, leaseTtlMs: LEASE_MS }, work);
          await until(`all is done after a crash at step ${step}`, () => isDone(4));
          expect([step, await harness.lines(out())]).toEqual([step, ['m1', 'm2', 'm3', 'm4']]);
          if (!doomed.crashed) break;
          steps = step + 1;
          await here.end();
        }
        expect(steps).toBeGreaterThan(8);
      },
      120_000,
    );
  });
}
