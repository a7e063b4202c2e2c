import { Keys } from '@switchboard/redis-transport';
import { type PrivateRedis, startRedis, waitFor } from '@switchboard/testing';
import { type BroadcasterOptions } from '../src/broadcaster.js';
import { FeedStreams } from '../src/feed/feed-streams.js';
import { PropertyFeed } from '../src/feed/property-feed.js';
import { FeedWriter } from './feed-writer.js';
import { RunningBroadcaster } from './running-broadcaster.js';
import { type TestViewer } from './test-viewer.js';

const PARTITIONS = 4;
/** So long that a test which needs the survey to find something would time out. */
const NEVER = 600_000;

let redis: PrivateRedis;
let writer: FeedWriter;
const running: RunningBroadcaster[] = [];

async function start(options: Partial<BroadcasterOptions> = {}): Promise<RunningBroadcaster> {
  const broadcaster = await RunningBroadcaster.start(redis.url, {
    partitions: PARTITIONS,
    surveyMs: NEVER,
    ...options,
  });
  running.push(broadcaster);
  return broadcaster;
}

async function writeMany(count: number, conversations = 7): Promise<string[]> {
  const texts: string[] = [];
  for (let n = 0; n < count; n++) {
    const update = writer.update(`webchat:demo:v${n % conversations}`);
    texts.push(update.text as string);
    await writer.write(update);
  }
  return texts;
}

/** Checks that each conversation's updates came in the order in which they were written. */
function expectOrder(viewer: TestViewer): void {
  const last = new Map<string, number>();
  for (const { update } of viewer.frames) {
    if (!update) continue;
    const n = Number(update.text?.split(' ')[1]);
    expect(n).toBeGreaterThan(last.get(update.conversationId) ?? 0);
    last.set(update.conversationId, n);
  }
}

beforeAll(async () => {
  redis = await startRedis();
}, 120_000);
afterAll(async () => {
  await redis.stop();
});
beforeEach(async () => {
  writer = new FeedWriter(redis.url, PARTITIONS);
  await writer.redis.flushall();
});
afterEach(async () => {
  for (const broadcaster of running.splice(0)) await broadcaster.stop();
  writer.close();
});

describe('a viewer', () => {
  it('gets the latest updates, oldest first, and then what happens, told by the bell', async () => {
    const texts = await writeMany(30, 1);
    const broadcaster = await start({ snapshotSize: 20 });
    const viewer = await (await broadcaster.view()).live();
    expect(viewer.texts).toEqual(texts.slice(-20));
    expect(viewer.frames.at(-1)?.type).toBe('snapshot-end');

    for (let n = 0; n < 20; n++) {
      await writer.write(writer.update('webchat:demo:v1'));
      await viewer.sees(21 + n);
    }
  });

  it('resumes by cursor from any frame, also one in the middle of a snapshot: nothing is lost, nothing comes twice', async () => {
    const texts = await writeMany(40);
    const broadcaster = await start({ snapshotSize: 40 });
    const first = await (await broadcaster.view()).live();
    const updates = first.frames.filter(({ type }) => type === 'update');
    first.close();
    texts.push(...(await writeMany(10)));
    for (const at of [3, 17, 39]) {
      const before = updates.slice(0, at + 1).map(({ update }) => update?.text);
      const second = await (await broadcaster.view({ cursor: updates[at]?.cursor })).live();
      expect(second.frames[0]?.type).toBe('update');
      expect([...before, ...second.texts].sort()).toEqual([...texts].sort());
      expectOrder(second);
    }
  });

  it('loses and doubles nothing while it resumes again and again under load', async () => {
    const broadcaster = await start();
    const first = await (await broadcaster.view()).live();
    expect(first.texts).toEqual([]);
    let { cursor } = first;
    const seen: (string | undefined)[] = [];
    const writing = writeMany(600);
    let finished: string[] | undefined;
    void writing.then((texts) => (finished = texts));
    while (!finished) {
      const viewer = await broadcaster.view({ cursor });
      await waitFor(() => viewer.texts.length >= 5 || finished !== undefined, {
        timeoutMs: 10_000,
        describe: 'a few updates are seen',
      });
      viewer.close();
      await viewer.ended();
      seen.push(...viewer.texts);
      cursor = viewer.cursor ?? cursor;
      expectOrder(viewer);
    }
    seen.push(...(await (await broadcaster.view({ cursor })).live()).texts);
    expect([...seen].sort()).toEqual([...finished].sort());
  });

  it('gets what was not announced with the next announcement', async () => {
    const viewer = await (await (await start()).view()).live();
    await writer.write(writer.update('webchat:demo:v1'), false);
    await writer.write(writer.update('webchat:demo:v1'));
    await viewer.sees(2);
    expect(viewer.texts).toEqual(['message 1', 'message 2']);
  });

  it('gets what was never announced with the next survey', async () => {
    const viewer = await (await (await start({ surveyMs: 100 })).view()).live();
    await writer.write(writer.update('webchat:demo:v1'), false);
    await viewer.sees(1);
  });

  it('gets what was announced while the subscriber had lost its connection', async () => {
    const viewer = await (await (await start()).view()).live();
    await writer.redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await writer.write(writer.update('webchat:demo:v1'));
    await viewer.sees(1);
    await writer.write(writer.update('webchat:demo:v2'));
    await viewer.sees(2);
  });

  it('that another replica had served further gets nothing twice', async () => {
    const behind = await start();
    const there = await (await behind.view()).live();
    await writer.write(writer.update('webchat:demo:v1'), false);
    const ahead = await (await (await start()).view()).live();
    expect(ahead.texts).toEqual(['message 1']);
    const moved = await (await behind.view({ cursor: ahead.cursor })).live();
    await writer.write(writer.update('webchat:demo:v1'));
    await Promise.all([moved.sees(1), there.sees(2)]);
    expect(there.texts).toEqual(['message 1', 'message 2']);
    expect(moved.texts).toEqual(['message 2']);
  });

  it('leaves no subscription behind when it was the last of its property', async () => {
    const broadcaster = await start();
    const viewers = [await (await broadcaster.view()).live(), await (await broadcaster.view()).live()];
    const channel = 'sb:property:demo:conversations';
    const subscribers = async () => (await writer.redis.pubsub('NUMSUB', channel))[1];
    expect(await subscribers()).toBe(1);
    viewers[0]?.close();
    await viewers[0]?.ended();
    await writer.write(writer.update('webchat:demo:v1'));
    await viewers[1]?.sees(1);
    viewers[1]?.close();
    await waitFor(async () => (await subscribers()) === 0, { timeoutMs: 5_000, describe: 'nobody is subscribed' });
    const again = await (await broadcaster.view()).live();
    await writer.write(writer.update('webchat:demo:v1'));
    await again.sees(2);
  });

  it('is told to start afresh when its cursor is older than what is kept', async () => {
    await writeMany(10, 1);
    const broadcaster = await start();
    const first = await (await broadcaster.view()).live();
    const cursor = first.frames[4]?.cursor;
    await writer.redis.xtrim(writer.keyOf('demo', 'webchat:demo:v0'), 'MAXLEN', 3);
    const second = await (await broadcaster.view({ cursor })).live();
    expect(second.frames[0]?.type).toBe('reset');
    expect(second.texts).toEqual(['message 8', 'message 9', 'message 10']);
  });

  it('goes on after Redis lost its data', async () => {
    await writeMany(5, 1);
    const broadcaster = await start({ surveyMs: 100 });
    const viewer = await (await broadcaster.view()).live();
    await writer.redis.flushall();
    // Ids that a set-back clock would give: older than what was shown.
    const key = writer.keyOf('demo', 'webchat:demo:v0');
    let n = 0;
    await waitFor(
      async () => {
        await writer.redis.xadd(key, `5-${++n}`, 'd', JSON.stringify(writer.update('webchat:demo:v0')));
        return viewer.texts.length > 5;
      },
      { timeoutMs: 5_000, everyMs: 50, describe: 'an entry of the new stream is seen' },
    );
  });

  it('never sees the updates of another property, also not one that strayed into its stream', async () => {
    const broadcaster = await start();
    const [demo, other] = [
      await (await broadcaster.view()).live(),
      await (await broadcaster.view({ propertyId: 'other' })).live(),
    ];
    await writer.write(writer.update('webchat:other:v1', { propertyId: 'other', text: 'theirs' }));
    const stray = JSON.stringify(writer.update('webchat:other:v1', { propertyId: 'other', text: 'stray' }));
    await writer.writeText('demo', 'webchat:demo:v1', stray);
    await writer.write(writer.update('webchat:demo:v1', { text: 'ours' }));
    await Promise.all([demo.sees(1), other.sees(1)]);
    expect(demo.texts).toEqual(['ours']);
    expect(other.texts).toEqual(['theirs']);
  });

  it('does not see an entry that cannot be read, and goes on after it', async () => {
    const broadcaster = await start();
    await writer.writeText('demo', 'webchat:demo:v1', '{"kind":');
    const viewer = await (await broadcaster.view()).live();
    await writer.writeText('demo', 'webchat:demo:v1', '7');
    await writer.write(writer.update('webchat:demo:v1', { kind: 'rumour' as never, text: 'unknown kind' }));
    await writer.write(writer.update('webchat:demo:v1'));
    await viewer.sees(1);
    expect(viewer.texts).toEqual(['message 2']);
    expect(broadcaster.events).toContain('unreadable');
  });
});

describe('the feed of a property', () => {
  it('hands out each entry once, however often it is rung', async () => {
    const streams = new FeedStreams(writer.redis, new Keys('sb:'), 'demo', PARTITIONS);
    const feed = new PropertyFeed(streams, { unreadable: () => undefined, readFailed: () => undefined });
    const handed: string[] = [];
    feed.add({ onEntry: ({ id }) => handed.push(id), onSetBack: () => undefined });
    await feed.open();
    const written: string[] = [];
    for (let n = 0; n < 50; n++) {
      written.push(await writer.write(writer.update('webchat:demo:v1'), false));
      for (let partition = -1; partition < PARTITIONS; partition++) feed.ring(partition);
    }
    await waitFor(() => handed.length >= 50, { timeoutMs: 5_000, describe: 'all entries are handed out' });
    expect(handed).toEqual(written);
  });
});

describe('a thousand updates at once', () => {
  it('reach every viewer, in order, over few reads', async () => {
    const broadcaster = await start();
    const viewers = await Promise.all([1, 2, 3].map(async () => (await broadcaster.view()).live()));
    const updates = Array.from({ length: 1000 }, (_, n) => writer.update(`webchat:demo:v${n % 50}`));
    await Promise.all(updates.map((update) => writer.write(update)));
    for (const viewer of viewers) {
      await viewer.sees(1000);
      expect(new Set(viewer.texts).size).toBe(1000);
      expectOrder(viewer);
    }
  });
});
