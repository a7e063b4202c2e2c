import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { chatwoot, receiver, secret, token, useFakeProviders, whatsapp } from '../test/outbound.js';
import { chatwootReply, contextFor, errorOf, standardReply, whatsappReply } from '../test/replies.js';
import { channels } from './index.js';

useFakeProviders();

describe('a reply to Chatwoot', () => {
  it('lands in its conversation and tells the id it got', async () => {
    const context = contextFor({ baseUrl: `${chatwoot.url}/`, token });
    const { providerMessageId } = await channels.chatwoot.send(chatwootReply, context);
    expect(chatwoot.received).toMatchObject([
      {
        id: Number(providerMessageId),
        accountId: 1,
        conversationId: 10,
        content: chatwootReply.text,
        messageType: 'outgoing',
        private: false,
        echoId: 'reply-1',
        correlationId: 'corr-1',
      },
    ]);
  });

  it.each([
    [401, 'pause', 'stop'],
    [404, 'permanent', 'permanent'],
    [422, 'permanent', 'permanent'],
    [429, 'retry', 'slow-account'],
    [500, 'retry', 'transient'],
  ])('ends as HTTP %d demands', async (status, kind, failure) => {
    chatwoot.failNext(1, { status });
    const error = await errorOf(channels.chatwoot.send(chatwootReply, contextFor({ baseUrl: chatwoot.url, token })));
    expect(error).toMatchObject({ code: `HTTP_${status}`, kind, failure, status });
  });

  it('pauses its source with a token that Chatwoot does not know', async () => {
    const context = contextFor({ baseUrl: chatwoot.url, token: 'old-token' });
    const error = await errorOf(channels.chatwoot.send(chatwootReply, context));
    expect(error).toMatchObject({ code: 'HTTP_401', failure: 'stop' });
    expect(chatwoot.received).toEqual([]);
  });

  it.each(['../../1', '', '10/..', 'x'])('goes nowhere when its conversation is %j', async (to) => {
    const reply = { ...chatwootReply, replyTo: { ...chatwootReply.replyTo, to } };
    const error = await errorOf(channels.chatwoot.send(reply, contextFor({ baseUrl: chatwoot.url, token })));
    expect(error).toMatchObject({ code: 'BAD_REPLY_ADDRESS', kind: 'permanent' });
    expect(chatwoot.requests).toBe(0);
  });
});

describe('a reply to WhatsApp', () => {
  const send = (change: Partial<typeof whatsappReply>) =>
    channels.whatsapp.send({ ...whatsappReply, ...change }, contextFor({ baseUrl: whatsapp.url, token }));

  it('reaches the guest, quotes the one message it answers and carries our id', async () => {
    const { providerMessageId } = await send({});
    expect(whatsapp.received).toEqual([
      {
        id: providerMessageId,
        phoneNumberId: '106540352242922',
        to: '15551234567',
        body: whatsappReply.text,
        contextMessageId: 'wamid.A1',
        callbackData: 'reply-1',
        correlationId: 'corr-1',
      },
    ]);
  });

  it('quotes none when it answers several', async () => {
    await send({ inReplyTo: ['wamid.A1', 'wamid.A2'] });
    await send({ inReplyTo: [] });
    expect(whatsapp.received.map((message) => message.contextMessageId)).toEqual([undefined, undefined]);
  });

  it('reaches a guest of whom only the user id is known', async () => {
    await send({ replyTo: { ...whatsappReply.replyTo, to: 'US.13491208655302741918' } });
    expect(whatsapp.received[0]?.to).toBe('US.13491208655302741918');
  });

  it('may be as long as WhatsApp takes it, and a longer one is refused for good without a call', async () => {
    await send({ text: 'x'.repeat(4_096) });
    const error = await errorOf(send({ text: 'x'.repeat(4_097) }));
    expect(error).toMatchObject({ code: 'TEXT_TOO_LONG', kind: 'permanent' });
    expect([whatsapp.received.length, whatsapp.requests]).toEqual([1, 1]);
  });

  it('is refused for good when the provider refuses its body', async () => {
    const error = await errorOf(send({ replyTo: { ...whatsappReply.replyTo, to: '1234' } }));
    expect(error).toMatchObject({ code: 'WHATSAPP_100', kind: 'permanent', status: 400 });
    expect(whatsapp.received).toEqual([]);
  });

  it.each([
    [131056, { kind: 'retry-after', retryAfterMs: 6_000, failure: 'slow-pair' }],
    [130429, { kind: 'retry', status: 429 }],
    [131000, { kind: 'retry', status: 500 }],
    [131047, { kind: 'permanent', failure: 'permanent' }],
    [190, { kind: 'pause', failure: 'stop', status: 401 }],
  ])('ends as Meta code %d demands', async (code, expected) => {
    whatsapp.failNext(1, { code });
    expect(await errorOf(send({}))).toMatchObject({ code: `WHATSAPP_${code}`, ...expected });
    expect(whatsapp.received).toEqual([]);
  });
});

describe('a reply as a Standard Webhook', () => {
  const rules = { network: 'private' } as const;
  const hook = () => ({ baseUrl: `${receiver.url}/hook?key=hidden`, signingSecrets: [secret], rules });

  it('arrives signed, with our id as webhook-id', async () => {
    const context = contextFor(hook(), { createdAt: '2026-01-02T03:04:05.678Z' });
    await channels.standard.send(standardReply, context);
    expect(receiver.received).toEqual([
      {
        id: 'reply-1',
        path: '/hook?key=hidden',
        correlationId: 'corr-1',
        payload: {
          type: 'message.reply',
          timestamp: '2026-01-02T03:04:05.678Z',
          data: {
            conversationId: 'booking-4711',
            messageId: 'reply-1',
            inReplyTo: ['m-1', 'm-2'],
            author: 'human',
            text: standardReply.text,
          },
        },
      },
    ]);
  });

  it('is accepted by a receiver that knows only one of the two secrets', async () => {
    const other = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;
    const api = { baseUrl: receiver.url, signingSecrets: [other, secret], rules };
    await channels.standard.send(standardReply, contextFor(api));
    expect(receiver.received).toHaveLength(1);
  });

  it.each([32, 64])(
    'is signed with a key pair that is written in %d bytes, as its own check accepts',
    async (length) => {
      const { publicKey, privateKey } = generateKeyPairSync('ed25519');
      const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
      const open = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
      const whsk = `whsk_${Buffer.concat([seed, open]).subarray(0, length).toString('base64')}`;
      let verdict: unknown;
      const server = createServer((request, response) => {
        void (async () => {
          const chunks: Buffer[] = [];
          for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
          const signed = { rawBody: Buffer.concat(chunks), headers: request.headers, nowMs: Date.now() };
          verdict = channels.standard.verify(signed, { secrets: [`whpk_${open.toString('base64')}`] });
          response.writeHead(204).end();
        })();
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      await channels.standard.send(standardReply, contextFor({ baseUrl, signingSecrets: [whsk], rules }));
      server.closeAllConnections();
      server.close();
      expect(verdict).toEqual({ ok: true, deliveryId: 'reply-1' });
    },
  );

  it('keeps its id over retries, also one that no header could hold', async () => {
    const messageId = 'reply:wamid.A=1 ü%';
    const context = contextFor({ baseUrl: receiver.url, signingSecrets: [secret], rules }, { messageId });
    await channels.standard.send(standardReply, context);
    await channels.standard.send(standardReply, context);
    expect(receiver.received.map(({ id }) => id)).toEqual(Array(2).fill('reply:wamid%2EA=1%20%C3%BC%25'));
    expect(receiver.received[0]?.payload['data']).toMatchObject({ messageId });
  });

  it('pauses its source when the receiver says 410', async () => {
    receiver.failNext(1, { status: 410 });
    const send = channels.standard.send(standardReply, contextFor(hook()));
    expect(await errorOf(send)).toMatchObject({ kind: 'pause', failure: 'stop', status: 410 });
  });
});

describe('the table of channels', () => {
  it('gives every kind its own adapter', () => {
    for (const [kind, adapter] of Object.entries(channels)) expect(adapter.kind).toBe(kind);
  });

  it('delivers web chat without a sender', () => {
    expect(channels.webchat.send).toBeUndefined();
  });
});
