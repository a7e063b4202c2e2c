import { describe, expect, it } from '@jest/globals';
import { type DeadLetter } from '../../turn/dead-letter.js';
import { type FaultyStore } from '../faulty-store.js';
import { type Scene, type StoreHarness } from '../scene.js';
import { Gate, until } from '../until.js';

const never = (): Promise<void> => new Promise<void>(() => undefined);

export function suspicionPromises(scene: () => Scene, harness: StoreHarness): void {
  const letters = async (): Promise<DeadLetter[]> =>
    (await harness.lines(scene().deadLetters)).map((line) => JSON.parse(line) as DeadLetter);

  /** Lets an owner begin these conversations' messages and die of it, `deaths` times. */
  const killOwners = async (keys: readonly string[], deaths: number): Promise<void> => {
    for (let death = 0; death < deaths; death++) {
      const faulty: FaultyStore = await scene().store();
      const begun = new Set<string>();
      const dies = ({ key }: { key: string }): Promise<void> => {
        begun.add(key);
        if (begun.size === keys.length) faulty.freeze();
        return never();
      };
      await scene().consume(`dying${death}`, { leaseTtlMs: 150, drainMs: 0 }, dies, faulty);
      await until('the owner died', () => begun.size === keys.length);
    }
  };

  describe('attempts', () => {
    it('are counted once when the reply of the counting is lost', async () => {
      const faulty = await scene().store();
      faulty.fail('storeAttempts', 'after', 'after', 'before', 'after');
      const fails = () => {
        throw new Error('always');
      };
      await scene().consume('a', {}, fails, faulty);
      await scene().publish('c', ['m1']);
      await until('a dead letter', async () => (await letters()).length === 1);
      expect((await letters())[0]?.attempts).toBe(3);
      expect(scene().deliveries).toHaveLength(3);
    });

    it('that failed in an orderly way make nobody a suspect: after a hand-over all conversations go on at once', async () => {
      scene().partitions = 1;
      const keys = ['c1', 'c2', 'c3', 'c4'];
      const first = await scene().consume(
        'first',
        { retry: { maxAttempts: 9, minBackoffMs: 60_000, maxBackoffMs: 60_000 } },
        () => {
          throw new Error('the provider is away');
        },
      );
      for (const key of keys) await scene().publish(key, [`${key}-1`]);
      await until('each failed', () => scene().reports.length >= 4);
      await first.stop();
      const gate = new Gate();
      await scene().consume('second', {}, ({ member }) => (member === 'second' ? gate.opened : undefined));
      const seconds = () => scene().deliveries.filter(({ member }) => member === 'second');
      await until('all run at once', () => seconds().length === keys.length);
      expect(seconds().every(({ attempts }) => attempts[0] === 2)).toBe(true);
      gate.release();
    });
  });

  describe('messages whose owner died while it handled them', () => {
    it('are tried one at a time, and hold up neither other conversations nor the stop of their member', async () => {
      scene().partitions = 1;
      const keys = ['c1', 'c2', 'c3'];
      for (const key of keys) await scene().publish(key, [`${key}-1`]);
      await killOwners(keys, 2);
      const gate = new Gate();
      const trials: string[] = [];
      const member = await scene().consume(
        'heir',
        { concurrency: 2, retry: { maxAttempts: 9, minBackoffMs: 2, maxBackoffMs: 4 } },
        ({ key }) => {
          if (!keys.includes(key)) return undefined;
          trials.push(key);
          return gate.opened;
        },
      );
      await until('the first trial', () => trials.length === 1);
      await scene().publish('d', ['d1']);
      await until('the others go on', () => scene().firstDeliveries('d').length === 1);
      expect(trials).toHaveLength(1);
      const stopped = member.stop();
      gate.release();
      await stopped;
      await scene().consume('last');
      await until('all are done', async () => (await harness.pending(scene().stream, 'g')) === 0);
      expect(await letters()).toEqual([]);
    });

    it('park their conversation when it has used up its attempts and the consumer parks', async () => {
      scene().partitions = 1;
      await scene().publish('c', ['killer', 'next']);
      await killOwners(['c'], 4);
      await scene().consume('heir', { onGiveUp: 'park' });
      await until('a dead letter', async () => (await letters()).length === 1);
      expect((await letters())[0]).toMatchObject({ id: 'killer', parked: true });
      expect(await harness.pending(scene().stream, 'g')).toBe(2);
    });
  });
}
