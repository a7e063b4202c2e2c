import { waitFor } from '../process/wait-for.js';
import { startFakeChatwoot } from './fake-chatwoot.js';
import { type FakeProvider } from './fake-provider.js';
import { startFakeWebhookReceiver } from './fake-webhook-receiver.js';
import { startFakeWhatsApp } from './fake-whatsapp.js';
import { signStandard, unixSeconds } from './sign.js';

const open: { close: () => Promise<void> }[] = [];

function kept<T extends FakeProvider<unknown>>(fake: T): T {
  open.push(fake);
  return fake;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((fake) => fake.close()));
});

function post(url: string, body: unknown, headers: Record<string, string>): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(url, { method: 'POST', body: text, headers: { 'content-type': 'application/json', ...headers } });
}

describe('the fake Chatwoot', () => {
  const path = '/api/v1/accounts/1/conversations/10/messages';
  const auth = { api_access_token: 'dev-token' };

  it('answers as documented and keeps what it took, in order', async () => {
    const fake = kept(await startFakeChatwoot());
    const first = await post(fake.url + path, { content: 'one', message_type: 'outgoing', echo_id: 'e1' }, auth);
    await post(fake.url + path, { content: 'two' }, auth);
    expect(first.status).toBe(200);
    expect(await first.json()).toMatchObject({
      id: fake.received[0]?.id,
      content: 'one',
      conversation_id: 10,
      message_type: 1,
      echo_id: 'e1',
      private: false,
    });
    expect(fake.received.map((message) => message.content)).toEqual(['one', 'two']);
  });

  it.each([
    ['no token', path, { content: 'x' }, {}, 401],
    ['another token', path, { content: 'x' }, { api_access_token: 'nope' }, 401],
    ['no content', path, {}, auth, 422],
    ['too much content', path, { content: 'x'.repeat(150_001) }, auth, 422],
    ['an unknown direction', path, { content: 'x', message_type: 'sideways' }, auth, 422],
    ['no JSON', path, '{', auth, 400],
    ['another path', '/api/v1/accounts/1', { content: 'x' }, auth, 404],
  ])('refuses %s and takes nothing', async (_name, where, body, headers, status) => {
    const fake = kept(await startFakeChatwoot());
    expect((await post(fake.url + where, body, headers)).status).toBe(status);
    expect(fake.received).toEqual([]);
    expect(fake.requests).toBe(1);
  });
});

describe('the fake WhatsApp', () => {
  const path = '/v24.0/106540352242922/messages';
  const auth = { authorization: 'Bearer dev-token' };
  const good = { messaging_product: 'whatsapp', to: '15551234567', type: 'text', text: { body: 'hi' } };

  it('answers as documented and keeps what it took', async () => {
    const fake = kept(await startFakeWhatsApp());
    const answer = await post(fake.url + path, { ...good, biz_opaque_callback_data: 'r1' }, auth);
    expect(await answer.json()).toEqual({
      messaging_product: 'whatsapp',
      contacts: [{ input: '15551234567', wa_id: '15551234567' }],
      messages: [{ id: fake.received[0]?.id, message_status: 'accepted' }],
    });
    expect(fake.received).toMatchObject([{ to: '15551234567', body: 'hi', callbackData: 'r1' }]);
    expect(fake.received[0]?.id).toMatch(/^wamid\./);
  });

  it.each([
    ['another token', good, { authorization: 'Bearer nope' }, 401, 190],
    ['no product', { ...good, messaging_product: undefined }, auth, 400, 100],
    ['no receiver', { ...good, to: undefined }, auth, 400, 100],
    ['a user id as a phone number', { ...good, to: 'US.1' }, auth, 400, 100],
    ['no text', { ...good, text: {} }, auth, 400, 100],
    ['a text beyond 4,096 characters', { ...good, text: { body: 'x'.repeat(4_097) } }, auth, 400, 100],
    ['another type', { ...good, type: 'image' }, auth, 400, 100],
    ['no JSON', '{', auth, 400, 100],
  ])("refuses %s with Meta's error body", async (_name, body, headers, status, code) => {
    const fake = kept(await startFakeWhatsApp());
    const answer = await post(fake.url + path, body, headers);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error: { code, type: 'OAuthException' } });
    expect(fake.received).toEqual([]);
  });

  it('fails with the code it is told, and its status', async () => {
    const fake = kept(await startFakeWhatsApp());
    fake.failNext(1, { code: 130429, retryAfter: 3 });
    const answer = await post(fake.url + path, good, auth);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '3']);
    expect(await answer.json()).toMatchObject({ error: { code: 130429 } });
  });
});

describe('the fake webhook receiver', () => {
  const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
  const body = '{"type":"message.reply"}';

  it('takes a signed webhook and refuses a wrong, stale or missing signature', async () => {
    const fake = kept(await startFakeWebhookReceiver({ secret }));
    const wrong = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
    const statuses = [
      await post(fake.url, body, signStandard('m1', unixSeconds(), body, secret)),
      await post(fake.url, body, signStandard('m2', unixSeconds(), body, wrong)),
      await post(fake.url, body, signStandard('m3', unixSeconds() - 400, body, secret)),
      await post(fake.url, body, { 'webhook-id': 'm4' }),
      await post(fake.url, body, {}),
    ].map((answer) => answer.status);
    expect(statuses).toEqual([204, 401, 401, 401, 400]);
    expect(fake.received).toMatchObject([{ id: 'm1', payload: { type: 'message.reply' } }]);
  });
});

describe('every fake provider', () => {
  const start = async () => kept(await startFakeWebhookReceiver());
  const send = (fake: { url: string }, id: string) => post(fake.url, {}, { 'webhook-id': id });

  it('fails as often as planned and then works again', async () => {
    const fake = await start();
    fake.failNext(2, { status: 503 });
    const statuses: number[] = [];
    for (const id of ['a', 'b', 'c']) statuses.push((await send(fake, id)).status);
    expect(statuses).toEqual([503, 503, 204]);
    expect(fake.received.map(({ id }) => id)).toEqual(['c']);
  });

  it('takes a message and cuts the connection when planned', async () => {
    const fake = await start();
    fake.resetAfterAcceptingNext(1);
    await expect(send(fake, 'a')).rejects.toThrow('fetch failed');
    expect(fake.received.map(({ id }) => id)).toEqual(['a']);
  });

  it('tells of every message it takes, and knows which it has answered', async () => {
    const fake = await start();
    const told: string[] = [];
    fake.onTaken(({ id }) => told.push(id));
    await send(fake, 'a');
    fake.resetAfterAcceptingNext(1);
    await send(fake, 'b').catch(() => 'cut');
    fake.answerAfter(() => 60_000);
    const caller = new AbortController();
    const slow = fetch(fake.url, {
      method: 'POST',
      body: '{}',
      headers: { 'webhook-id': 'c', 'content-type': 'application/json' },
      signal: caller.signal,
    });
    const gone = slow.catch(() => 'gone');
    await waitFor(() => told.length === 3, { describe: 'the slow message is taken' });
    caller.abort();
    expect(await gone).toBe('gone');
    fake.answerAfter(() => 10);
    expect((await send(fake, 'd')).status).toBe(204);
    expect(told).toEqual(['a', 'b', 'c', 'd']);
    expect(fake.received.filter((message) => fake.hasAnswered(message)).map(({ id }) => id)).toEqual(['a', 'd']);
  });

  it('hangs until it recovers, which also drops the faults that are left', async () => {
    const fake = await start();
    fake.hangNext(1);
    fake.failNext(5);
    const hanging = send(fake, 'a').catch(() => 'cut');
    await waitFor(() => fake.requests === 1, { describe: 'the hanging request' });
    fake.recover();
    expect(await hanging).toBe('cut');
    expect((await send(fake, 'b')).status).toBe(204);
    expect(fake.received.map(({ id }) => id)).toEqual(['b']);
  });

  it('listens on the port it is given, also after a close with a hanging request', async () => {
    const fake = await startFakeWebhookReceiver();
    const { port } = fake;
    fake.hangNext(1);
    const hanging = send(fake, 'a').catch(() => 'cut');
    await waitFor(() => fake.requests === 1, { describe: 'the hanging request' });
    await fake.close();
    expect(await hanging).toBe('cut');
    const again = kept(await startFakeWebhookReceiver({ port }));
    expect(again.port).toBe(port);
    await expect(startFakeWebhookReceiver({ port })).rejects.toThrow(/EADDRINUSE/);
  });
});
