import { describe, expect, it } from '@jest/globals';
import { RetryLater, Unrecoverable } from '../../errors.js';
import { type DeadLetter } from '../../turn/dead-letter.js';
import { type Scene, type StoreHarness } from '../scene.js';
import { until } from '../until.js';

const together = { batch: { quietMs: 100, maxWaitMs: 10_000, maxMessages: 50, maxBytes: 1 << 20 } };

export function failurePromises(scene: () => Scene, harness: StoreHarness): void {
  const letters = async (): Promise<DeadLetter[]> =>
    (await harness.lines(scene().deadLetters)).map((line) => JSON.parse(line) as DeadLetter);
  const nothingPending = () => until('nothing pending', async () => (await harness.pending(scene().stream, 'g')) === 0);

  describe('failure', () => {
    it('makes a message that keeps failing a dead letter with reason, attempts, stack and origin, and goes on', async () => {
      await scene().consume('a', {}, ({ ids }) => {
        if (ids[0] === 'bad') throw new TypeError('cannot be handled');
      });
      await scene().publish('c', ['bad', 'good']);
      await until('a dead letter', async () => (await letters()).length === 1);
      await until('the conversation goes on', () => scene().reports.some(({ outcome }) => outcome === 'done'));
      const [letter] = await letters();
      expect(letter).toMatchObject({
        stream: scene().stream,
        group: 'g',
        key: 'c',
        id: 'bad',
        data: 'bad',
        attempts: 3,
      });
      expect(letter).toMatchObject({
        reason: 'attempts exhausted',
        error: { name: 'TypeError', message: 'cannot be handled' },
      });
      expect(letter?.error?.stack).toContain('TypeError');
      expect(Date.parse(letter?.failedAt ?? '')).not.toBeNaN();
      await nothingPending();
    });

    it('gives up at once what the handler calls unrecoverable', async () => {
      await scene().consume('a', {}, () => {
        throw new Unrecoverable('never');
      });
      await scene().publish('c', ['m1']);
      await until('a dead letter', async () => (await letters()).length === 1);
      expect(scene().deliveries).toHaveLength(1);
    });

    it('gives up one of a batch as unrecoverable without handling the whole batch again', async () => {
      await scene().consume('a', together, ({ ids }) => {
        if (ids.includes('bad')) throw new Unrecoverable('never');
      });
      await scene().publish('c', ['m1', 'bad', 'm3']);
      await nothingPending();
      expect(scene().deliveries.filter(({ ids }) => ids.length > 1)).toHaveLength(1);
      expect((await letters()).map(({ id }) => id)).toEqual(['bad']);
    });

    it('tries later without the cost of an attempt when the handler asks for it', async () => {
      let asked = 0;
      await scene().consume('a', {}, () => {
        if (asked++ < 10) throw new RetryLater(1);
      });
      await scene().publish('c', ['m1']);
      await until('handled', () => scene().reports.some(({ outcome }) => outcome === 'done'));
      expect(scene().deliveries.every(({ attempts }) => attempts[0] === 1)).toBe(true);
      expect(await letters()).toEqual([]);
    });

    it('does not let one poisonous message take its batch along', async () => {
      await scene().consume('a', together, ({ ids }) => {
        if (ids.includes('poison')) throw new Error('poison');
      });
      await scene().publish('c', ['m1', 'poison', 'm3']);
      await until('a dead letter', async () => (await letters()).length === 1);
      await nothingPending();
      expect((await letters()).map(({ id }) => id)).toEqual(['poison']);
      const done = scene()
        .reports.filter(({ outcome }) => outcome === 'done')
        .reduce((sum, r) => sum + r.messages, 0);
      expect(done).toBe(2);
      expect(scene().firstDeliveries('c')).toEqual(['m1', 'poison', 'm3']);
    });

    it('buries an entry that is none of ours and goes on with its neighbours', async () => {
      scene().partitions = 1;
      await harness.writeForeign(scene().stream, 0);
      await scene().consume('a');
      await harness.writeForeign(scene().stream, 0);
      await until('two dead letters', async () => (await letters()).length === 2);
      expect((await letters())[0]?.reason).toBe('the entry is no message of ours');
      await nothingPending();
    });

    it('counts attempts durably: a message that kills its owner each time becomes a dead letter', async () => {
      scene().partitions = 1;
      await scene().publish('c', ['killer']);
      await scene().publish('d', ['bystander']);
      let deaths = 0;
      while ((await letters()).length === 0) {
        const faulty = await scene().store();
        let dead = false;
        await scene().consume(
          `owner${deaths}`,
          { leaseTtlMs: 150 },
          ({ ids }) => {
            if (ids[0] !== 'killer') return undefined;
            faulty.freeze();
            dead = true;
            return new Promise<void>(() => undefined);
          },
          faulty,
        );
        await until('it died or gave up', async () => dead || (await letters()).length > 0);
        if (++deaths > 10) throw new Error('the message was tried for ever');
      }
      expect(await letters()).toMatchObject([{ id: 'killer' }]);
      expect(deaths).toBeLessThanOrEqual(5);
      await until('the bystander is handled', () => scene().firstDeliveries('d').length === 1);
    });

    it('survives a group’s stream being deleted under a running consumer', async () => {
      await scene().consume('a');
      await scene().publish('c', ['m1']);
      await until('handled', () => scene().firstDeliveries('c').length === 1);
      await harness.destroy(scene().stream);
      await scene().publish('c', ['m2', 'm3']);
      await until('handled after', () => scene().firstDeliveries('c').length === 3);
    });
  });
}
