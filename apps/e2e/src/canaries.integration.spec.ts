import {
  askRedis,
  serviceNames,
  signChatwoot,
  signStandard,
  signWhatsApp,
  unixSeconds,
  waitFor,
  writtenNow,
} from '@switchboard/testing';
import { Canaries } from './canaries.js';
import { canaries, type CanaryWorld, openCanaryWorld } from './canary-world.js';
import { fixture, post } from './world.js';

const timeoutMs = 30_000;
const { webhookSecret, standardSecret, text, phone, guestName, visitor, answer } = canaries;
const watched = new Canaries(canaries);

describe('what nobody may read in the logs', () => {
  let world: CanaryWorld;
  const surfaces: string[] = [];
  beforeAll(async () => {
    world = await openCanaryWorld();
  }, 60_000);
  afterAll(() => world?.end(), 60_000);

  const ingress = (path: string): string => world.stack.url('ingress') + path;
  const sayInChat = (messageId: string) =>
    post(ingress('/webchat/demo/messages'), JSON.stringify({ visitorId: visitor, messageId, text, guestName }));
  const whatsapp = async (id: string): Promise<string> =>
    writtenNow(await fixture('whatsapp-text'))
      .replaceAll('15551234567', phone)
      .replace('Ada Guest', guestName)
      .replace('Do you have a room with a sea view?', text)
      .replace(/wamid\.[^"]+/, `wamid.${Buffer.from(`${phone}-${id}`).toString('base64')}`);
  const chatwoot = async (id: number): Promise<string> =>
    (await fixture('chatwoot-message-created'))
      .replaceAll('77287', String(id))
      .replaceAll('Ada Guest', guestName)
      .replaceAll('Do you have a room with a sea view?', text);
  const standard = (id: string): string =>
    JSON.stringify({
      type: 'message.received',
      timestamp: new Date().toISOString(),
      data: { conversationId: phone, messageId: id, from: guestName, text },
    });
  const sendWhatsApp = async (id: string) => {
    const body = await whatsapp(id);
    return post(ingress('/webhooks/whatsapp/demo-whatsapp'), body, signWhatsApp(body, webhookSecret));
  };
  const operator = { authorization: `Bearer ${canaries.adminToken}` };
  const deadLetters = async (): Promise<number> => {
    const response = await fetch(`${world.stack.url('dead-letter-reprocessor')}/dead-letters`, { headers: operator });
    return ((await response.json()) as { items: unknown[] }).items.length;
  };
  const untilSaid = (service: string, what: string, count = 1) =>
    waitFor(
      () => world.lines().filter(({ service: by, line }) => by === service && line.includes(what)).length >= count,
      {
        timeoutMs,
        describe: `${service} says ${what}`,
      },
    );
  /** Keeps what every service shows on its open routes. */
  const look = async (): Promise<void> => {
    for (const name of serviceNames) {
      for (const path of ['/metrics', '/health/live', '/health/ready', '/no-such-route']) {
        surfaces.push(`${name}${path} ${await (await fetch(world.stack.url(name) + path)).text()}`);
      }
    }
  };

  it('is not said when all goes well', async () => {
    expect((await sayInChat('m1')).status).toBe(202);
    expect((await sendWhatsApp('1')).status).toBe(200);
    const byChatwoot = await chatwoot(1);
    const byStandard = standard('1');
    const taken = [
      await post(ingress('/webhooks/chatwoot/demo-chatwoot'), byChatwoot, signChatwoot(byChatwoot, webhookSecret)),
      await post(
        ingress('/webhooks/standard/demo-standard'),
        byStandard,
        signStandard('msg_1', unixSeconds(), byStandard, standardSecret),
      ),
    ];
    expect(taken.map(({ body }) => body)).toEqual([
      { accepted: 1, duplicates: 0 },
      { accepted: 1, duplicates: 0 },
    ]);
    await fetch(
      ingress(
        `/webhooks/whatsapp/demo-whatsapp?hub.mode=subscribe&hub.challenge=1&hub.verify_token=${canaries.verifyToken}`,
      ),
    );
    await untilSaid('outbound-sender', '"msg":"sent"', 4);
    await look();
  }, 60_000);

  it('is not said of requests that are refused', async () => {
    const body = await whatsapp('bad');
    const url = ingress('/webhooks/whatsapp/demo-whatsapp');
    const statuses = [
      await post(url, body, signWhatsApp(body, `${webhookSecret}-wrong`)),
      await post(url, body.slice(0, -5), signWhatsApp(body.slice(0, -5), webhookSecret)),
      await post(url, JSON.stringify({ text: text.repeat(200_000) })),
      await post(
        ingress('/webchat/demo/messages'),
        JSON.stringify({ visitorId: phone, messageId: text, text: [text] }),
      ),
      await post(ingress(`/webhooks/whatsapp/${phone}`), body),
      await post(
        `${world.stack.url('dashboard-broadcaster')}/api/session`,
        JSON.stringify({ token: `${canaries.staffToken}x` }),
      ),
      await post(`${world.stack.url('dead-letter-reprocessor')}/dead-letters/replay`, '{}', {
        authorization: `Bearer ${canaries.adminToken}x`,
      }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([401, 400, 413, 400, 404, 401, 401]);
    await fetch(
      ingress(
        `/webhooks/whatsapp/demo-whatsapp?hub.mode=subscribe&hub.challenge=${text}&hub.verify_token=${canaries.verifyToken}x`,
      ),
    );
    await fetch(ingress(`/${phone}/${text}?token=${canaries.whatsappToken}`));
  }, 60_000);

  it('is not said when provider and agent fail and repeat what they were sent', async () => {
    const echo = (status: number) => (body: unknown) => ({
      status,
      body: {
        error: { message: `no: ${JSON.stringify(body)}`, code: 100, error_data: { details: `${text} ${phone}` } },
      },
    });
    const before = await deadLetters();
    world.answerWith(() => ({ status: 200, body: { text: answer } }), echo(400));
    await sendWhatsApp('2');
    await waitFor(async () => (await deadLetters()) > before, { timeoutMs, describe: 'a reply is given up' });
    world.answerWith(echo(500), echo(500));
    await sayInChat('m2');
    await waitFor(async () => (await deadLetters()) > before + 1, { timeoutMs, describe: 'a message is given up' });
    await untilSaid('agent-consumer', 'not answered');
    await untilSaid('outbound-sender', 'not sent');
    await untilSaid('agent-consumer', 'a message is given up');
    await untilSaid('outbound-sender', 'a message is given up');
    await look();
  }, 60_000);

  it('is not said of stored entries that nobody can read', async () => {
    const before = await deadLetters();
    const key = 'sb:msi:messages:{p0}';
    await askRedis(world.redis, ['XADD', key, '*', 'k', phone, 'i', `${phone}-1`, 'd', `{"text":"${text}`]);
    await askRedis(world.redis, ['XADD', key, '*', phone, text]);
    await askRedis(world.redis, [
      'XADD',
      key,
      '*',
      'k',
      phone,
      'i',
      `${phone}-2`,
      'd',
      JSON.stringify({ payload: { text } }),
    ]);
    await waitFor(async () => (await deadLetters()) >= before + 3, { timeoutMs, describe: 'three dead letters' });
  }, 60_000);

  it('is not said while Redis is away', async () => {
    world.answerWith(
      () => ({ status: 200, body: { text: answer } }),
      () => ({ status: 200, body: {} }),
    );
    await world.redis.kill('SIGKILL');
    expect((await sayInChat('m3')).status).toBe(503);
    await post(
      `${world.stack.url('dashboard-broadcaster')}/api/session`,
      JSON.stringify({ token: canaries.staffToken }),
    );
    await look();
    await world.redis.restart();
    await waitFor(async () => (await sayInChat('m4')).status === 202, {
      timeoutMs,
      describe: 'messages are taken again',
    });
  }, 90_000);

  it('is in no line of any service from start to end, in no metric and in no health answer', async () => {
    await look();
    for (const name of serviceNames) await world.stack.service(name).process.stop(30_000);
    const lines = world.lines();
    for (const name of serviceNames) expect(lines.filter(({ service }) => service === name).length).toBeGreaterThan(3);
    expect(lines.flatMap(({ service, line }) => watched.foundIn(service, line))).toEqual([]);
    expect(surfaces.flatMap((surface) => watched.foundIn('an open route', surface))).toEqual([]);
  }, 90_000);

  it('leaves every line about a request or a turn with its correlation id', () => {
    const about = /"msg":"(?:stored|answered|sent|not sent|not answered|a request failed|a message is given up)"/;
    const lines = world.lines().filter(({ line }) => about.test(line));
    const without = lines.filter(({ line }) => !line.includes('"correlationId":"'));
    expect(lines.length).toBeGreaterThan(10);
    // The three entries that nobody can read have none.
    expect(without.filter(({ line }) => !line.includes('"msg":"a message is given up"'))).toEqual([]);
    expect(without.length).toBeLessThanOrEqual(3);
  });
});
