import { get } from 'node:http';
import {
  type ConversationUpdate,
  type Envelope,
  type GuestMessage,
  Streams,
  type WebchatLine,
} from '@switchboard/message-schema';
import { partitionOf } from '@switchboard/delivery';
import { type EventSubscription, type PrivateRedis, startRedis, subscribeEvents, waitFor } from '@switchboard/testing';
import { LineReader } from '../src/webchat/line-reader.js';
import { RedisContents } from './redis-contents.js';
import { RunningIngress } from './running-ingress.js';

let redis: PrivateRedis;
let contents: RedisContents;
let ingress: RunningIngress;
const open: EventSubscription[] = [];

beforeAll(async () => {
  redis = await startRedis();
  contents = new RedisContents(redis.url);
  ingress = await RunningIngress.start(redis.url);
});

afterAll(async () => {
  await ingress?.stop();
  contents?.close();
  await redis?.stop();
});

afterEach(() => open.splice(0).forEach((subscription) => subscription.close()));

async function see(visitorId: string, lastEventId?: string): Promise<EventSubscription> {
  const subscription = await subscribeEvents(ingress.linesUrl(visitorId), lastEventId);
  open.push(subscription);
  return subscription;
}

const linesOf = ({ events }: EventSubscription): WebchatLine[] =>
  events.map(({ data }) => JSON.parse(data) as WebchatLine);
const idsOf = (subscription: EventSubscription): string[] => linesOf(subscription).map(({ id }) => id);
const seen = (subscription: EventSubscription, count: number) =>
  waitFor(() => subscription.events.length >= count, {
    describe: () => `${count} lines; there are ${idsOf(subscription).join()}`,
  });

/** A line of the house, written as the sender's commit does, without the announcement. */
async function botLine(visitorId: string, id: string, inReplyTo: string[]): Promise<void> {
  const line: WebchatLine = { id, from: 'bot', text: 'Hello', timestamp: new Date().toISOString(), inReplyTo };
  const partition = partitionOf(`webchat:demo:${visitorId}`, 4);
  await contents.add(`sb:webchat:demo:${visitorId}:{p${partition}}`, JSON.stringify(line));
}

describe("a visitor's message", () => {
  it('is taken once', async () => {
    const first = await ingress.say('taken', 'm1', 'hi');
    expect([first.status, await first.json()]).toEqual([202, { id: 'm1', duplicate: false }]);
    const again = await ingress.say('taken', 'm1', 'hi');
    expect([again.status, await again.json()]).toEqual([202, { id: 'm1', duplicate: true }]);
    const stored = await contents.entries<Envelope<GuestMessage>>(Streams.inbound);
    expect(stored.filter(({ conversation_id }) => conversation_id === 'webchat:demo:taken')).toHaveLength(1);
    const feed = await contents.entries<ConversationUpdate>('feed:demo');
    expect(feed.filter(({ conversationId }) => conversationId === 'webchat:demo:taken')).toHaveLength(1);
    expect(await contents.entries('webchat:demo:taken')).toEqual([
      { id: 'm1', from: 'guest', text: 'hi', timestamp: expect.any(String), inReplyTo: [] },
    ]);
  });

  it('sent in a row with others keeps its place', async () => {
    const ids = Array.from({ length: 30 }, (_, i) => `m${i}`);
    for (const id of ids) await ingress.say('row', id);
    const stream = await see('row');
    await seen(stream, 30);
    expect(idsOf(stream)).toEqual(ids);
  });
});

describe('the stream of a visitor', () => {
  it("gives the visitor's and the house's lines, old and new", async () => {
    await ingress.say('both', 'm1');
    const stream = await see('both');
    await seen(stream, 1);
    await botLine('both', 'r1', ['m1']);
    await ingress.say('both', 'm2');
    await seen(stream, 3);
    expect(linesOf(stream).map(({ id, from, inReplyTo }) => [id, from, inReplyTo])).toEqual([
      ['m1', 'guest', []],
      ['r1', 'bot', ['m1']],
      ['m2', 'guest', []],
    ]);
    expect(stream.events.map(({ event }) => event)).toEqual(['message', 'message', 'message']);
  });

  it('shows nothing of another visitor', async () => {
    const stream = await see('alone');
    await ingress.say('other', 'm1');
    await ingress.say('alone', 'mine');
    await seen(stream, 1);
    expect(idsOf(stream)).toEqual(['mine']);
  });

  it('resumes after any line without loss or doubling, also while more are written', async () => {
    const ids = Array.from({ length: 60 }, (_, i) => `m${i}`);
    const writing = (async () => {
      for (const id of ids) await ingress.say('resume', id);
    })();
    const got: string[] = [];
    let cursor: string | undefined;
    while (got.length < ids.length) {
      const stream = await subscribeEvents(ingress.linesUrl('resume'), cursor);
      await seen(stream, 1);
      const part = [...stream.events];
      stream.close();
      got.push(...part.map(({ data }) => (JSON.parse(data) as WebchatLine).id));
      cursor = part[part.length - 1]?.id;
    }
    await writing;
    expect(got).toEqual(ids);
  });

  it('begins with more lines than fit into one page', async () => {
    for (let i = 0; i < 450; i += 1) await botLine('long', `r${i}`, []);
    const stream = await see('long');
    await seen(stream, 450);
    expect(idsOf(stream)).toEqual(Array.from({ length: 450 }, (_, i) => `r${i}`));
  });

  it.each(['x', '1', '-1-0', '1-x', '99999999999999999999-0', '18446744073709551615-18446744073709551615'])(
    'refuses a cursor that is no place in it: %s',
    async (cursor) => {
      const answer = await fetch(ingress.linesUrl('v1'), { headers: { 'last-event-id': cursor } });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        400,
        'application/problem+json; charset=utf-8',
      ]);
    },
  );

  it('lets go of its listener when the visitor leaves, also of many at once', async () => {
    const streams = await Promise.all(
      Array.from({ length: 50 }, (_, i) => subscribeEvents(ingress.linesUrl(`gone${i % 25}`))),
    );
    await waitFor(async () => (await contents.channels()).filter((name) => name.includes(':gone')).length === 25, {
      describe: 'all are listened to',
    });
    for (const stream of streams) stream.close();
    await waitFor(async () => (await contents.channels()).every((name) => !name.includes(':gone')), {
      describe: 'Redis has no subscription left',
    });
    await waitFor(() => ingress.part(LineReader).listening === 0, { describe: 'no listener is left' });
  });

  it('does no harm when the visitor leaves before the answer', async () => {
    await Promise.all(
      Array.from({ length: 20 }, () => {
        const request = get(ingress.linesUrl('hasty'), { agent: false });
        request.on('error', () => undefined);
        request.on('socket', (socket) => socket.on('connect', () => setImmediate(() => request.destroy())));
        return new Promise((resolve) => request.on('close', resolve));
      }),
    );
    await waitFor(() => ingress.part(LineReader).listening === 0, { describe: 'no listener is left' });
    expect((await ingress.say('hasty', 'm1')).status).toBe(202);
  });
});
