import { type FaultyStore, Scene, type StoreHarness, until } from '@switchboard/delivery/testing';
import { askRedis, type PrivateRedis, startRedis } from '@switchboard/testing';
import { DeadLetterStore, type ListedDeadLetter, parseDeadLetterId, RedisConnections } from '../src/index.js';
import { redisHarness } from './redis-store.harness.js';

describe('a conversation that is parked at a message that was given up', () => {
  let redis: PrivateRedis;
  let harness: StoreHarness;
  let scene: Scene;
  let connections: RedisConnections;
  let letters: DeadLetterStore;

  beforeAll(async () => {
    redis = await startRedis();
    harness = redisHarness(() => ({ url: redis.url }));
    connections = new RedisConnections({ url: redis.url, keyPrefix: 'test:' }, 'test');
  });
  afterAll(async () => {
    await connections.close();
    await redis.stop();
  });
  beforeEach(() => {
    scene = new Scene(harness);
    letters = new DeadLetterStore(connections, [scene.stream], 16);
  });
  afterEach(() => scene.end());

  const onlyLetter = async (): Promise<ListedDeadLetter> => {
    await until('a dead letter', async () => (await letters.list({ limit: 5 })).items.length === 1);
    return (await letters.list({ limit: 5 })).items[0] as ListedDeadLetter;
  };
  const placeOf = ({ deadLetterId }: ListedDeadLetter) => parseDeadLetterId(deadLetterId) ?? fail();
  const fail = (): never => {
    throw new Error('a dead letter id must parse');
  };
  /** Fails on the data `bad`; answers what was handled, by data. */
  const consume = async (faulty?: FaultyStore): Promise<string[]> => {
    const handled: string[] = [];
    await scene.consume(
      'a',
      { onGiveUp: 'park', retry: { maxAttempts: 2, minBackoffMs: 2, maxBackoffMs: 5 } },
      ({ turn }) => {
        if (turn.messages.some(({ data }) => data.startsWith('bad'))) throw new Error('bad');
        handled.push(...turn.messages.map(({ data }) => data));
      },
      faulty,
    );
    return handled;
  };

  it('holds its later messages back, others go on, and nothing is lost by it', async () => {
    const handled = await consume();
    await scene.publish('c', ['bad', 'c2']);
    await scene.publish('d', ['d1']);
    expect(await onlyLetter()).toMatchObject({ id: 'bad', parked: true, attempts: 2 });
    await until('the other conversation is through', () => handled.includes('d1'));
    await scene.publish('c', ['c3']);
    await until('all three of it are pending', async () => (await harness.pending(scene.stream, 'g')) === 3);
    expect(handled).toEqual(['d1']);
  });

  it('tries the message again in its place when the letter is replayed, with the edited data', async () => {
    const handled = await consume();
    await scene.publish('c', ['bad', 'c2', 'c3']);
    const letter = await onlyLetter();
    expect(await letters.edit(placeOf(letter), 'good')).toBe(true);
    expect(await letters.replay(placeOf(letter))).toBe(true);
    await until('all handled', () => handled.length === 3);
    expect(handled).toEqual(['good', 'c2', 'c3']);
    expect(await letters.replay(placeOf(letter))).toBe(false);
    await until('nothing pending', async () => (await harness.pending(scene.stream, 'g')) === 0);
    const replaced = await connections.open('command').keys(`*${scene.stream}*:replaced:*`);
    expect(replaced).toEqual([]);
  });

  it('is let go without a hand-over of its partition, however many wait beside it', async () => {
    scene.partitions = 1;
    const handled = await consume();
    await scene.publish('c', ['bad', 'c2']);
    await scene.publish('d', ['d1']);
    await scene.publish('e', ['bad-e', 'e2']);
    await until('two dead letters', async () => (await letters.list({ limit: 5 })).items.length === 2);
    await scene.publish('c', ['c3']);
    const ofC = (await letters.list({ limit: 5 })).items.find(({ key }) => key === 'c') ?? fail();
    expect(await letters.discard(placeOf(ofC))).toBe(true);
    await scene.publish('c', ['c4']);
    await until('the conversation goes on', () => handled.length === 4);
    expect(handled).toEqual(['d1', 'c2', 'c3', 'c4']);
    expect(scene.taken).toHaveLength(1);
    expect(await harness.pending(scene.stream, 'g')).toBe(2);
  });

  it('is parked once when the reply of the parking is lost, also if a person was faster', async () => {
    const faulty = await scene.store();
    faulty.fail('park', 'after', 'after');
    const handled = await consume(faulty);
    await scene.publish('c', ['bad', 'c2']);
    const letter = await onlyLetter();
    expect(await letters.discard(placeOf(letter))).toBe(true);
    await until('the next is handled', () => handled.length === 1);
    await until('nothing pending', async () => (await harness.pending(scene.stream, 'g')) === 0);
    expect((await letters.list({ limit: 5 })).items).toEqual([]);
  });

  it('goes on behind the message when the letter is discarded', async () => {
    const handled = await consume();
    await scene.publish('c', ['bad', 'c2']);
    const letter = await onlyLetter();
    expect(await letters.discard(placeOf(letter))).toBe(true);
    await until('the next is handled', () => handled.length === 1);
    expect(handled).toEqual(['c2']);
    await until('nothing pending', async () => (await harness.pending(scene.stream, 'g')) === 0);
  });

  it.each(['with an owner', 'without one'])(
    'stays given up when the letter is discarded after a replay from before it (%s)',
    async (how) => {
      const handled = await consume();
      await scene.publish('c', ['bad', 'c2']);
      const letter = await onlyLetter();
      if (how === 'without one') await scene.consumers[0]?.stop();
      const { store } = await scene.store();
      for (let partition = 0; partition < scene.partitions; partition++) {
        await store.rewind({ stream: scene.stream, group: 'g', partition }, '0-0');
      }
      const pending = async (): Promise<number> => harness.pending(scene.stream, 'g');
      if (how === 'with an owner') await until('both are handed out again', async () => (await pending()) === 2);
      expect(await letters.discard(placeOf(letter))).toBe(true);
      if (how === 'without one') handled.push(...(await consume()));
      await until('the next is handled', () => scene.firstDeliveries('c').includes('c2'));
      await until('nothing pending', async () => (await pending()) === 0);
      expect(scene.deliveries.filter(({ ids }) => ids.includes('bad'))).toHaveLength(2);
      const left = await askRedis(redis, ['KEYS', `test:${scene.stream}:*:replaced:*`]);
      expect(left).toEqual([]);
    },
  );

  it('stays parked under the next owner', async () => {
    await consume();
    await scene.publish('c', ['bad', 'c2']);
    await onlyLetter();
    const handled = await consume();
    await scene.publish('d', ['d1']);
    await scene.publish('e', ['e1']);
    await until(
      'others are handled',
      () => scene.firstDeliveries('d').length + scene.firstDeliveries('e').length === 2,
    );
    expect(handled).not.toContain('c2');
    expect(scene.firstDeliveries('c')).not.toContain('c2');
    expect((await letters.list({ limit: 5 })).items).toHaveLength(1);
  });
});
