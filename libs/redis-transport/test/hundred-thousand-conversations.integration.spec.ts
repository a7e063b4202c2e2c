import { partitionOf } from '@switchboard/delivery';
import { type Delivery, Gate, Scene, until } from '@switchboard/delivery/testing';
import { type PrivateRedis, startRedis } from '@switchboard/testing';
import { redisHarness } from './redis-store.harness.js';

const CONVERSATIONS = 100_000;
const PARTITIONS = 4;
/** Messages published in one go. */
const CHUNK = 2_000;

/** Messages of a conversation: two or three. */
const lengthOf = (n: number): number => 2 + (n % 2);
const keyOf = (n: number): string => `c${n}`;

/** Knows of each conversation how far it is, and every delivery that was not the next one. */
class Progress {
  readonly irregular: string[] = [];
  messages = 0;
  private readonly next = new Map<string, number>();

  /** Ids are `<conversation>/<number>`, numbered from 0. */
  note({ key, ids }: Pick<Delivery, 'key' | 'ids'>): void {
    for (const id of ids) {
      const due = this.next.get(key) ?? 0;
      if (id !== `${key}/${due}`) this.irregular.push(`${id} where ${due} was due`);
      this.next.set(key, due + 1);
      this.messages += 1;
    }
  }

  of(key: string): number {
    return this.next.get(key) ?? 0;
  }
}

/** The first conversation of each partition. */
function firstOfEach(): number[] {
  return Array.from({ length: PARTITIONS }, (_, partition) => {
    for (let n = 0; ; n++) if (partitionOf(keyOf(n), PARTITIONS) === partition) return n;
  });
}

/** Everybody's first message, then everybody's second and so on: neighbours in a stream belong to different conversations. */
async function publishAll(scene: Scene): Promise<void> {
  const publisher = await scene.publisher();
  for (let round = 0; round < 3; round++) {
    const open = Array.from({ length: CONVERSATIONS }, (_, n) => n).filter((n) => round < lengthOf(n));
    for (let from = 0; from < open.length; from += CHUNK) {
      const requests = open.slice(from, from + CHUNK).map((n) => {
        const id = `${keyOf(n)}/${round}`;
        return publisher.publish({ stream: scene.stream, key: keyOf(n), id, data: id });
      });
      await Promise.all(requests);
    }
  }
}

describe('a hundred thousand conversations on four partitions', () => {
  let redis: PrivateRedis;
  let scene: Scene;
  const harness = redisHarness(() => ({ url: redis.url }), PARTITIONS);
  beforeAll(async () => {
    redis = await startRedis();
    scene = new Scene(harness);
  });
  afterAll(async () => {
    await scene.end();
    await redis.stop();
  });

  it('are delivered once and in order by two consumers, while one of each partition is stuck to the end', async () => {
    const gate = new Gate();
    const stuck = new Map(firstOfEach().map((n) => [keyOf(n), lengthOf(n)]));
    const progress = new Progress();
    const held = new Set<string>();
    const byMember = new Map<string, number>();
    const handler = (delivery: Delivery): void | Promise<void> => {
      const { key, member } = delivery;
      progress.note(delivery);
      byMember.set(member, (byMember.get(member) ?? 0) + 1);
      // A record of every turn would only fill this test's memory.
      scene.deliveries.length = scene.reports.length = 0;
      if (!stuck.has(key)) return;
      held.add(key);
      return gate.opened;
    };
    // Publisher and consumers share one thread here: a lease as short as in other tests would end for that alone.
    const options = { leaseTtlMs: 5_000 };
    await scene.consume('a', options, handler);
    await until('the first has all partitions', () => scene.taken.length === PARTITIONS);
    await scene.consume('b', options, handler);
    await until('the second has its half of them', () => scene.taken.length === PARTITIONS + PARTITIONS / 2);
    await publishAll(scene);

    const lengths = Array.from({ length: CONVERSATIONS }, (_, n) => lengthOf(n));
    const all = lengths.reduce((sum, length) => sum + length, 0);
    const ofStuck = [...stuck.values()].reduce((sum, length) => sum + length, 0);
    const before = (): number => progress.messages - [...stuck.keys()].reduce((sum, key) => sum + progress.of(key), 0);
    await until('all others are through', () => before() === all - ofStuck, 60_000);
    expect([...held].sort()).toEqual([...stuck.keys()].sort());
    await until('only theirs are pending', async () => (await harness.pending(scene.stream, scene.group)) === ofStuck);

    gate.release();
    await until('the stuck ones are through too', () => progress.messages >= all);
    await until('nothing is pending', async () => (await harness.pending(scene.stream, scene.group)) === 0);
    expect(progress.irregular).toEqual([]);
    expect(lengths.every((length, n) => progress.of(keyOf(n)) === length)).toBe(true);
    expect(scene.overlaps).toEqual([]);
    expect(scene.gone).toHaveLength(PARTITIONS / 2);
    expect([...byMember.keys()].sort()).toEqual(['a', 'b']);
  }, 120_000);
});
