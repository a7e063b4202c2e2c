import { type PrivateRedis, startRedis, waitFor } from '@switchboard/testing';
import { type BroadcasterOptions } from '../src/broadcaster.js';
import { encodeCursor } from '../src/feed/cursor.js';
import { FeedWriter } from './feed-writer.js';
import { RunningBroadcaster } from './running-broadcaster.js';
import { type TestViewer } from './test-viewer.js';

let redis: PrivateRedis;
let broadcaster: RunningBroadcaster | undefined;

async function start(options: Partial<BroadcasterOptions> = {}): Promise<RunningBroadcaster> {
  return (broadcaster = await RunningBroadcaster.start(redis.url, options));
}

async function refusal(viewer: TestViewer): Promise<number | undefined> {
  await waitFor(() => viewer.refusedWith !== undefined || viewer.isLive, {
    timeoutMs: 10_000,
    describe: 'the handshake is answered',
  });
  return viewer.refusedWith;
}

beforeAll(async () => {
  redis = await startRedis();
}, 120_000);
afterAll(async () => {
  await redis.stop();
});
afterEach(async () => {
  await broadcaster?.stop();
});

describe('the door', () => {
  it('refuses who has no session, and who has made one up', async () => {
    const running = await start();
    expect(await refusal(await running.view({ cookie: 'other=1' }))).toBe(401);
    expect(await refusal(await running.view({ cookie: `switchboard_session=${'A'.repeat(43)}` }))).toBe(401);
    expect(await refusal(await running.view({ cookie: 'switchboard_session=*' }))).toBe(401);
  });

  it.each([['http://evil.example'], ['null'], [''], ['http://127.0.0.1'], ['http://127.0.0.1.evil.example']])(
    'refuses the foreign origin "%s", whatever the session',
    async (origin) => {
      expect(await refusal(await (await start()).view({ origin }))).toBe(403);
    },
  );

  it('refuses an origin that only contains its own', async () => {
    const running = await start();
    const own = `127.0.0.1:${running.port}`;
    for (const origin of [
      `http://${own}.evil.example`,
      `http://evil.example/${own}`,
      `http://x${own}`,
      `ws://${own}`,
    ]) {
      expect(await refusal(await running.view({ origin }))).toBe(403);
    }
  });

  it('lets in an origin of the allow-list', async () => {
    const running = await start({ allowedOrigins: ['https://desk.example'] });
    await (await running.view({ origin: 'https://desk.example' })).live();
    expect(await refusal(await running.view({ origin: 'https://desk.example:8443' }))).toBe(403);
  });

  it('closes with 1008 on a cursor that is none of its own', async () => {
    const running = await start();
    const long = `1.${'.'.repeat(5_000)}`;
    for (const cursor of ['x', '1.zz', encodeCursor(['1-1']), `1.${'z'.repeat(40)}...`, long]) {
      expect(await (await running.view({ cursor })).ended()).toEqual({ code: 1008, reason: 'cursor' });
    }
  });

  it('is full at its limit, and open again when somebody leaves', async () => {
    const running = await start({ maxViewers: 1 });
    const first = await (await running.view()).live();
    expect(await refusal(await running.view())).toBe(503);
    first.close();
    await waitFor(() => running.events.includes('left'), { timeoutMs: 5_000, describe: 'the first has left' });
    await (await running.view()).live();
  });

  it('answers 503 while Redis is away', async () => {
    const running = await start();
    const cookie = await running.cookie();
    await redis.kill();
    try {
      expect(await refusal(await running.view({ cookie }))).toBe(503);
    } finally {
      await redis.restart();
    }
  });
});

describe('an open socket', () => {
  it('is closed when its session is over, and when it was ended elsewhere', async () => {
    const running = await start({ heartbeatMs: 100, sessionTtlMs: 700 });
    const cookie = await running.cookie();
    const viewer = await (await running.view({ cookie })).live();
    expect(await viewer.ended()).toEqual({ code: 1008, reason: 'session' });
    await running.stop();

    const long = await start({ heartbeatMs: 100 });
    const other = await long.cookie();
    const second = await (await long.view({ cookie: other })).live();
    await long.broadcaster.sessions.end(other.slice(other.indexOf('=') + 1));
    expect(await second.ended()).toEqual({ code: 1008, reason: 'session' });
  });

  it('stays while Redis is away', async () => {
    const running = await start({ heartbeatMs: 50 });
    const viewer = await (await running.view()).live();
    await redis.kill();
    const before = viewer.frames.length;
    try {
      await waitFor(() => viewer.frames.length > before + 10, { timeoutMs: 10_000, describe: 'ten heartbeats' });
      expect(viewer.closed).toBeUndefined();
    } finally {
      await redis.restart();
    }
  });

  it('is cut off when it answers no ping', async () => {
    const running = await start({ heartbeatMs: 100 });
    const viewer = await (await running.view()).live();
    viewer.socket.pause();
    await waitFor(() => running.events.includes('left'), { timeoutMs: 5_000, describe: 'the silent one is gone' });
  });

  it('is closed when it sends something', async () => {
    const viewer = await (await (await start()).view()).live();
    viewer.socket.send('hello');
    expect((await viewer.ended()).code).toBe(1008);
  });

  it('is dropped when it does not read, keeps no memory, and resumes by cursor', async () => {
    const running = await start({ maxBufferedBytes: 1 << 20, heartbeatMs: 600_000 });
    const writer = new FeedWriter(redis.url, 4);
    const slow = await (await running.view()).live();
    const quick = await (await running.view()).live();
    slow.socket.pause();
    const memoryBefore = process.memoryUsage().arrayBuffers + process.memoryUsage().external;
    const text = 'x'.repeat(50_000);
    let written = 0;
    await waitFor(
      async () => {
        for (let n = 0; n < 10; n++) await writer.write(writer.update('webchat:demo:v1', { text }));
        written += 10;
        return running.events.includes('dropped');
      },
      { timeoutMs: 20_000, everyMs: 1, describe: 'the slow socket is dropped' },
    );
    await waitFor(() => running.events.includes('left'), { timeoutMs: 5_000, describe: 'the slow socket is gone' });
    expect(process.memoryUsage().arrayBuffers + process.memoryUsage().external - memoryBefore).toBeLessThan(64 << 20);
    await quick.sees(written);

    const back = await (await running.view({ cursor: slow.cursor })).live();
    expect(back.texts).toHaveLength(written);
    writer.close();
  });

  it('is sent away with 1001 at shutdown', async () => {
    const running = await start();
    const viewer = await (await running.view()).live();
    running.broadcaster.close();
    expect((await viewer.ended()).code).toBe(1001);
  });
});
