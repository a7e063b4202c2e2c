import { waitFor } from '@switchboard/testing';
import { type Browser, type Page } from 'playwright-core';
import { ChatServer } from './chat-server.js';
import { describeInBrowser, openBrowser } from './open-browser.js';

describeInBrowser('the web chat page', () => {
  let browser: Browser;
  let server: ChatServer;
  let page: Page;
  const errors: string[] = [];

  const lines = (): Promise<string[]> => page.locator('#chat-lines .line-text').allTextContents();
  const states = (): Promise<string[]> => page.locator('#chat-lines .line-state').allTextContents();
  const say = async (text: string): Promise<void> => {
    await page.fill('#message', text);
    await page.press('#message', 'Enter');
  };
  const shows = async (read: () => Promise<string[]>, expected: string[]): Promise<void> => {
    await waitFor(async () => JSON.stringify(await read()) === JSON.stringify(expected), {
      timeoutMs: 10_000,
      describe: () => `the page shows ${JSON.stringify(expected)}`,
    });
  };

  beforeAll(async () => {
    browser = await openBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
  });
  beforeEach(async () => {
    server = await new ChatServer().start();
    page = await browser.newPage();
    errors.length = 0;
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(`${server.url}/webchat.html`);
    await page.waitForSelector('#link[data-state=live]');
  });
  afterEach(async () => {
    await page.context().close();
    await server.stop();
    expect(errors).toEqual([]);
  });

  it('shows what the guest writes at once, sends it in order, and shows the one answer', async () => {
    for (const text of ['one', 'two', 'three']) await say(text);
    await shows(lines, ['one', 'two', 'three']);
    await shows(states, ['Sent', 'Sent', 'Sent']);
    await page.waitForSelector('#typing:not([hidden])');
    expect(server.posted.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    expect(new Set(server.posted.map(({ visitorId }) => visitorId)).size).toBe(1);
    const inReplyTo = server.posted.map(({ messageId }) => messageId);
    server.tell({ id: 'r1', from: 'bot', text: 'all three', timestamp: new Date().toISOString(), inReplyTo });
    await shows(lines, ['one', 'two', 'three', 'all three']);
    await shows(states, ['Answered', 'Answered', 'Answered']);
    await page.waitForSelector('#typing', { state: 'hidden' });
  });

  it('sends a message again under the same id until the server takes it', async () => {
    server.failNext(503, 500);
    await say('hello');
    await shows(states, ['Sent']);
    expect(server.posted).toHaveLength(3);
    expect(new Set(server.posted.map(({ messageId }) => messageId)).size).toBe(1);
    await shows(lines, ['hello']);
  });

  it('says why a message was refused, and sends the next', async () => {
    server.failNext(400);
    await say('bad');
    await say('good');
    await shows(states, ['Not sent', 'Sent']);
    expect(await page.locator('.line-reason').allTextContents()).toEqual(['no, 400']);
    expect(server.posted).toHaveLength(2);
  });

  it('goes on after the last line when its stream was cut, and shows nothing twice', async () => {
    await say('hello');
    await shows(states, ['Sent']);
    server.cutStreams();
    server.tell({ id: 'r1', from: 'human', text: 'meanwhile', timestamp: new Date().toISOString(), inReplyTo: [] });
    await shows(lines, ['hello', 'meanwhile']);
    expect(server.resumedFrom).toEqual([undefined, '1']);
  });

  it('shows markup as text, whoever wrote it', async () => {
    const markup = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    await say(markup);
    server.tell({ id: 'r1', from: 'bot', text: markup, timestamp: new Date().toISOString(), inReplyTo: [] });
    await shows(lines, [markup, markup]);
    expect(await page.locator('#chat-lines img, #chat-lines script').count()).toBe(0);
    expect(await page.title()).toBe('Chat with us');
  });

  it('is the same guest with the same chat after a reload', async () => {
    await say('hello');
    await shows(states, ['Sent']);
    await page.reload();
    await shows(lines, ['hello']);
    await say('again');
    await shows(lines, ['hello', 'again']);
    expect(new Set(server.posted.map(({ visitorId }) => visitorId)).size).toBe(1);
  });

  it('fits a narrow screen', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await say('x'.repeat(500));
    await shows(states, ['Sent']);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  });
});
