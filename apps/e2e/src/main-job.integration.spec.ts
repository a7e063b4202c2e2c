import {
  type ServerEvent,
  serviceNames,
  type ServiceName,
  signChatwoot,
  signWhatsApp,
  subscribeEvents,
  waitFor,
  writtenNow,
} from '@switchboard/testing';
import { fixture, openWorld, post, type World } from './world.js';

const SECRET = 'dev-secret';
const timeoutMs = 20_000;

interface Line {
  readonly from: string;
  readonly text: string;
  readonly inReplyTo: readonly string[];
}

const linesOf = (events: readonly ServerEvent[]): Line[] => events.map(({ data }) => JSON.parse(data) as Line);

describe('the main job over real processes', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  }, 60_000);
  afterAll(() => world.end(), 60_000);

  const say = (visitorId: string, messageId: string, text: string) =>
    post(`${world.stack.url('ingress')}/webchat/demo/messages`, JSON.stringify({ visitorId, messageId, text }));
  const chatOf = (visitorId: string, lastEventId?: string) =>
    subscribeEvents(`${world.stack.url('ingress')}/webchat/demo/stream?visitorId=${visitorId}`, lastEventId);
  const asChatwoot = (body: string) =>
    post(`${world.stack.url('ingress')}/webhooks/chatwoot/demo-chatwoot`, body, signChatwoot(body, SECRET));

  it('answers a burst of three web chat messages with one reply to all three', async () => {
    const chat = await chatOf('burst');
    for (const id of ['m1', 'm2', 'm3']) expect((await say('burst', id, `text ${id}`)).status).toBe(202);
    await waitFor(() => linesOf(chat.events).some(({ from }) => from === 'bot'), { timeoutMs, describe: 'a reply' });
    const replies = linesOf(chat.events).filter(({ from }) => from === 'bot');
    expect(replies.map(({ inReplyTo }) => inReplyTo)).toEqual([['m1', 'm2', 'm3']]);
    chat.close();
  });

  it('shows a visitor who comes back what was missed, once', async () => {
    const first = await chatOf('back');
    await say('back', 'm1', 'hello');
    await waitFor(() => first.events.length >= 1, { timeoutMs, describe: 'the own line' });
    first.close();
    const seen = first.events.length;
    const cursor = first.events[seen - 1]?.id;
    const second = await chatOf('back', cursor);
    await waitFor(() => linesOf(second.events).some(({ from }) => from === 'bot'), { timeoutMs, describe: 'a reply' });
    const ids = [...first.events.slice(0, seen), ...second.events].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual([...ids].sort());
    second.close();
  });

  it('carries a signed Chatwoot webhook to an answer at Chatwoot, with one correlation id all the way', async () => {
    const body = await fixture('chatwoot-message-created');
    const answer = await asChatwoot(body);
    expect(answer).toMatchObject({ status: 200, body: { accepted: 1, duplicates: 0 } });
    const reply = await waitFor(() => world.chatwoot.received[0], { timeoutMs, describe: 'a reply at Chatwoot' });
    expect(reply).toMatchObject({ accountId: 1, conversationId: 10, messageType: 'outgoing' });
    expect(reply.correlationId).toBe(answer.headers.get('x-correlation-id'));
    for (const [name, said] of [
      ['ingress', 'stored'],
      ['agent-consumer', 'answered'],
      ['outbound-sender', 'sent'],
    ] as const) {
      const told = (line: string): boolean =>
        line.includes(`"msg":"${said}"`) && line.includes(reply.correlationId ?? '');
      await world.stack.service(name).process.awaitLine(told);
    }
    expect((await asChatwoot(body)).body).toEqual({ accepted: 0, duplicates: 1 });
  });

  it('carries a signed WhatsApp webhook to an answer at WhatsApp', async () => {
    const body = writtenNow(await fixture('whatsapp-text'));
    const url = `${world.stack.url('ingress')}/webhooks/whatsapp/demo-whatsapp`;
    expect((await post(url, body, signWhatsApp(body, SECRET))).body).toEqual({ accepted: 1, duplicates: 0 });
    await waitFor(() => world.whatsapp.received.length === 1, { timeoutMs, describe: 'a reply at WhatsApp' });
  });

  it('makes a reply that is refused for good a dead letter, and replays it', async () => {
    const deadLetters = `${world.stack.url('dead-letter-reprocessor')}/dead-letters`;
    const before = world.chatwoot.received.length;
    world.chatwoot.failNext(1, { status: 422 });
    const body = (await fixture('chatwoot-message-created')).replace('"id": 77287', '"id": 77288');
    expect((await asChatwoot(body)).body).toEqual({ accepted: 1, duplicates: 0 });
    const list = async () => ((await (await fetch(deadLetters)).json()) as { items: { deadLetterId: string }[] }).items;
    const letter = await waitFor(async () => (await list())[0], { timeoutMs, describe: 'a dead letter' });
    const replay = await post(`${deadLetters}/${encodeURIComponent(letter.deadLetterId)}/replay`, '{}');
    expect(replay).toMatchObject({ status: 200, body: { replayed: [letter.deadLetterId], missing: [] } });
    await waitFor(() => world.chatwoot.received.length === before + 1, { timeoutMs, describe: 'the replayed reply' });
    expect(await list()).toEqual([]);
  });

  it('counts what it did in the metrics of every service', async () => {
    const metricsOf = async (name: ServiceName) => (await fetch(`${world.stack.url(name)}/metrics`)).text();
    expect(await metricsOf('ingress')).toMatch(
      /^webhook_requests_total\{[^}]*channel="chatwoot"[^}]*outcome="accepted"[^}]*\} [1-9]/m,
    );
    expect(await metricsOf('ingress')).toMatch(/^messages_published_total\{[^}]*stream="msi:messages"[^}]*\} [1-9]/m);
    expect(await metricsOf('agent-consumer')).toMatch(
      /^messages_received_total\{[^}]*group="agent-group"[^}]*\} [1-9]/m,
    );
    expect(await metricsOf('outbound-sender')).toMatch(/^provider_calls_total\{[^}]*outcome="sent"[^}]*\} [1-9]/m);
    for (const name of serviceNames) expect(await metricsOf(name)).toMatch(/^redis_connected\{[^}]*\} [1-9]/m);
  });

  it('loses nothing and keeps the order when services are killed in the middle of it', async () => {
    const chats = Array.from({ length: 8 }, (_, i) => `killed-${i}`);
    const ask = async (round: number): Promise<void> => {
      await Promise.all(chats.map((visitor) => say(visitor, `r${round}`, `question ${round}`)));
    };
    await ask(1);
    await world.stack.service('agent-consumer').process.kill('SIGKILL');
    await ask(2);
    await world.stack.start('agent-consumer');
    await ask(3);
    await world.stack.service('outbound-sender').process.kill('SIGKILL');
    await world.stack.start('outbound-sender');
    for (const visitor of chats) {
      const chat = await chatOf(visitor);
      const answered = () => linesOf(chat.events).flatMap(({ from, inReplyTo }) => (from === 'bot' ? inReplyTo : []));
      await waitFor(() => answered().length >= 3, { timeoutMs: 40_000, describe: `all of ${visitor} is answered` });
      expect(answered()).toEqual(['r1', 'r2', 'r3']);
      chat.close();
    }
  }, 120_000);

  it('answers 503 with Retry-After while Redis is gone, and goes on when it is back', async () => {
    await world.redis.kill('SIGKILL');
    const refused = await say('outage', 'm1', 'anybody there?');
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.body).toMatchObject({ status: 503 });
    await world.redis.restart();
    const accepted = async () => (await say('outage', 'm1', 'anybody there?')).status === 202;
    await waitFor(accepted, { timeoutMs, describe: 'messages are accepted again' });
    const chat = await chatOf('outage');
    const answers = () => linesOf(chat.events).filter(({ from }) => from === 'bot');
    await waitFor(() => answers().length === 1, { timeoutMs: 40_000, describe: 'the message is answered' });
    expect(answers()[0]?.inReplyTo).toEqual(['m1']);
    chat.close();
  }, 120_000);
});
