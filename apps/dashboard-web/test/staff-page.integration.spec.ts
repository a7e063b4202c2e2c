import { type ConversationUpdate, feedStream, propertyChannel } from '@switchboard/message-schema';
import { Keys } from '@switchboard/redis-transport';
import {
  CuttingProxy,
  freePorts,
  type PrivateRedis,
  type ServiceProcess,
  startRedis,
  startService,
  waitFor,
} from '@switchboard/testing';
import { Redis } from 'ioredis';
import { join } from 'node:path';
import { type Browser, type Locator, type Page } from 'playwright-core';
import { describeInBrowser, openBrowser } from './open-browser.js';

const root = join(import.meta.dirname, '../../..');
const TOKEN = 'a-long-staff-token';

const ada: ConversationUpdate = {
  kind: 'guest.message',
  propertyId: 'demo',
  conversationId: 'whatsapp:demo-whatsapp:1:491701234567',
  channel: 'whatsapp',
  messageId: 'm1',
  timestamp: new Date().toISOString(),
  text: 'Is breakfast included?',
  from: 'guest',
  guestName: 'Ada Lovelace',
};
const answer: ConversationUpdate = {
  ...ada,
  kind: 'agent.reply',
  messageId: 'r1',
  text: 'It is.',
  from: 'bot',
  inReplyTo: ['w1'],
};
const other: ConversationUpdate = {
  ...ada,
  conversationId: 'webchat:demo:v2',
  channel: 'webchat',
  messageId: 'm2',
  timestamp: new Date(Date.parse(ada.timestamp) + 1_000).toISOString(),
  text: 'Hello?',
  guestName: 'Grace Hopper',
};

describeInBrowser('the staff page', () => {
  let redis: PrivateRedis;
  let client: Redis;
  let service: ServiceProcess;
  let proxy: CuttingProxy;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  /** Writes an update the way the delivery scripts do; one partition. */
  const write = async (update: ConversationUpdate): Promise<void> => {
    const keys = new Keys('sb:');
    const data = JSON.stringify(update);
    const id = await client.xadd(keys.stream(feedStream('demo'), 0), '*', 'd', data);
    await client.publish(keys.channel(propertyChannel('demo')), JSON.stringify({ p: 0, id, d: data }));
  };
  const row = (name: string): Locator => page.locator('.row', { hasText: name });
  const lines = (): Promise<string[]> => page.locator('#thread-lines .line-text').allTextContents();
  const showsLines = (expected: string[]): Promise<unknown> =>
    waitFor(async () => JSON.stringify(await lines()) === JSON.stringify(expected), {
      timeoutMs: 15_000,
      describe: () => `the thread shows ${JSON.stringify(expected)}`,
    });

  const serve = async (env: Record<string, string> = {}): Promise<ServiceProcess> => {
    const [port] = await freePorts(1);
    return startService({
      name: 'dashboard-broadcaster',
      root,
      port: port as number,
      env: { NODE_ENV: 'test', REDIS_URL: redis.url, PARTITIONS: '1', LOG_LEVEL: 'info', ...env },
    });
  };
  const open = async (url: string): Promise<void> => {
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) errors.push(message.text());
    });
    await page.goto(url);
  };
  const live = (): Promise<unknown> => page.waitForSelector('#link[data-state=live]');

  beforeAll(async () => {
    redis = await startRedis();
    client = new Redis(redis.url);
    browser = await openBrowser();
    service = await serve();
    proxy = await CuttingProxy.to(Number(new URL(service.url).port));
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await proxy.close();
    await service.process.stop();
    client.disconnect();
    await redis.stop();
  });
  beforeEach(async () => {
    await client.del('sb:feed:demo:{p0}');
    errors.length = 0;
  });
  afterEach(async () => {
    await page.context().close();
    expect(errors).toEqual([]);
  });

  it('shows the conversations there are, and each message as it comes, delivered or failed', async () => {
    await write(ada);
    await open(service.url);
    await live();
    expect(await row('Ada Lovelace').textContent()).toContain('WhatsApp');
    expect(await row('Ada Lovelace').locator('.row-unread').isHidden()).toBe(true);
    await row('Ada Lovelace').click();
    await showsLines(['Is breakfast included?']);

    await write(answer);
    await page.locator('.line[data-state="on its way"]').waitFor();
    await write({ ...answer, kind: 'delivery.sent' });
    await page.locator('.line[data-state="sent"]').waitFor();
    await showsLines(['Is breakfast included?', 'It is.']);

    await write({ ...answer, messageId: 'r2', text: 'Until 10:30.' });
    await write({ ...answer, messageId: 'r2', kind: 'dead.letter', reason: 'the number is gone' });
    await page.locator('.line[data-state="dead"]', { hasText: 'the number is gone' }).waitFor();
    expect(await row('Ada Lovelace').locator('.row-failed').isVisible()).toBe(true);
  });

  it('marks a reply as sent, delivered and read, and says why one could not be delivered', async () => {
    const { propertyId, conversationId, channel, messageId, timestamp } = answer;
    const about = { propertyId, conversationId, channel, messageId, timestamp };
    await write(ada);
    await write(answer);
    await open(service.url);
    await live();
    await row('Ada Lovelace').click();
    for (const [kind, mark] of [
      ['delivery.sent', 'Sent'],
      ['delivery.delivered', 'Delivered'],
      ['delivery.read', 'Read'],
    ] as const) {
      await write({ ...about, kind });
      await page.locator('.line-state', { hasText: mark }).waitFor();
    }
    await showsLines(['Is breakfast included?', 'It is.']);
    expect(await row('Ada Lovelace').locator('.row-failed').isVisible()).toBe(false);

    await write({ ...answer, messageId: 'r2', text: 'Until 10:30.' });
    await write({ ...about, messageId: 'r2', kind: 'delivery.failed', reason: 'not delivered: code 131026' });
    const failed = page.locator('.line[data-state="failed"]', { hasText: 'Until 10:30.' });
    await failed.waitFor();
    expect(await failed.locator('.line-state').textContent()).toBe('Not delivered');
    expect(await failed.locator('.line-reason').textContent()).toBe('not delivered: code 131026');
    expect(await row('Ada Lovelace').locator('.row-failed').isVisible()).toBe(true);
  });

  it('shows when a person took a conversation over, gave it back, and when it was resolved', async () => {
    const { propertyId, conversationId, channel } = ada;
    const change = (n: number, status: ConversationUpdate['status'], assigned: boolean): ConversationUpdate => ({
      kind: 'conversation.status',
      ...{ propertyId, conversationId, channel, messageId: `c${n}`, assigned, ...(status && { status }) },
      timestamp: new Date(Date.parse(ada.timestamp) + n * 1_000).toISOString(),
    });
    await write(ada);
    await open(service.url);
    await live();
    await row('Ada Lovelace').click();
    await showsLines(['Is breakfast included?']);
    expect(await page.locator('.care:visible').count()).toBe(0);
    for (const [update, badge] of [
      [change(1, 'open', true), 'Staff assigned'],
      [change(2, 'open', false), 'Nobody assigned'],
      [change(3, 'resolved', true), 'Resolved'],
    ] as const) {
      await write(update);
      await row('Ada Lovelace').locator('.care', { hasText: badge }).waitFor();
      await page.locator('#thread-care', { hasText: badge }).waitFor();
    }
    await showsLines(['Is breakfast included?']);
  });

  it('counts what comes in other conversations until they are read, and moves them up', async () => {
    await write(ada);
    await open(service.url);
    await live();
    await row('Ada Lovelace').click();
    await write(other);
    await row('Grace Hopper').waitFor();
    await waitFor(async () => (await page.title()) === '(1) Switchboard', { timeoutMs: 5_000, describe: 'one unread' });
    expect(await page.locator('.row-name').allTextContents()).toEqual(['Grace Hopper', 'Ada Lovelace']);
    await row('Grace Hopper').click();
    await waitFor(async () => (await page.title()) === 'Switchboard', { timeoutMs: 5_000, describe: 'all read' });
  });

  it('says that it is offline, comes back by itself, and then has what it missed, once', async () => {
    await write(ada);
    await open(`http://127.0.0.1:${proxy.port}/#${encodeURIComponent(ada.conversationId)}`);
    await live();
    await showsLines(['Is breakfast included?']);
    proxy.cut();
    await page.waitForSelector('#link:not([data-state=live])');
    await write(answer);
    await write({ ...answer, kind: 'delivery.sent' });
    await write({ ...ada, messageId: 'm3', text: 'Thanks!' });
    proxy.heal();
    await live();
    await showsLines(['Is breakfast included?', 'It is.', 'Thanks!']);
    expect(await page.locator('.line[data-state="sent"]').count()).toBe(1);
  });

  it('shows markup as text, whoever wrote it', async () => {
    const markup = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    await write({ ...ada, text: markup, guestName: markup });
    await open(service.url);
    await live();
    await page.locator('.row').click();
    await showsLines([markup]);
    expect(await page.locator('#thread-title').textContent()).toBe(markup);
    expect(await page.locator('#board img, #board script').count()).toBe(0);
  });

  it('works by keyboard alone', async () => {
    await write(ada);
    await write(other);
    await open(service.url);
    await live();
    await page.locator('.row-button').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await showsLines(['Is breakfast included?']);
    await page.locator('#thread-scroll').focus();
    await page.keyboard.press('Escape');
    await page.waitForSelector('#thread', { state: 'hidden' });
    expect(await page.evaluate('document.activeElement.textContent')).toContain('Ada Lovelace');
  });

  it('shows one thing at a time on a narrow screen, and nothing sticks out', async () => {
    await write({ ...ada, text: 'x'.repeat(500) });
    await open(service.url);
    await page.setViewportSize({ width: 360, height: 740 });
    await live();
    await row('Ada Lovelace').click();
    await page.waitForSelector('#conversations', { state: 'hidden' });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await page.click('#thread-back');
    await page.waitForSelector('#conversations', { state: 'visible' });
  });

  it('asks for the token where there is one, says when it is wrong, and forgets everything at sign-out', async () => {
    await write(ada);
    const guarded = await serve({ DASHBOARD_TOKEN: TOKEN });
    try {
      await open(guarded.url);
      await page.fill('#entry-token', 'wrong');
      await page.press('#entry-token', 'Enter');
      await page.locator('#entry-error', { hasText: 'not right' }).waitFor();
      await page.fill('#entry-token', TOKEN);
      await page.press('#entry-token', 'Enter');
      await row('Ada Lovelace').waitFor();
      await page.click('#sign-out');
      await page.waitForSelector('#entry', { state: 'visible' });
      expect(await page.content()).not.toContain('Ada Lovelace');
      expect(await page.context().cookies()).toEqual([]);
    } finally {
      await guarded.process.stop();
    }
  });
});
