import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type FakeWhatsApp,
  signWhatsApp,
  startFakeWhatsApp,
  waitFor,
  whatsappStatuses,
  writtenNow,
} from '@switchboard/testing';
import { type RecordingServer, startRecordingServer } from './recording-server.js';
import { fixture, openWorld, post, type World } from './world.js';

const SECRET = 'dev-secret';
const timeoutMs = 30_000;
/** Nearly as much as three WhatsApp messages hold. */
const sentences = Array.from({ length: 400 }, (_, i) => `This is sentence number ${i}.`);
const longAnswer = sentences.join(' ');

const properties = (agent: string, whatsapp: string): string => `
properties:
  - id: demo
    name: Demo
    agent: { kind: http, url: '${agent}', timeoutMs: 10000 }
    sources:
      - id: demo-whatsapp
        kind: whatsapp
        secrets: [{ env: LONG_SECRET }]
        verifyToken: { env: LONG_TOKEN }
        api: { baseUrl: '${whatsapp}', version: v24.0, token: { env: LONG_TOKEN } }
        sending: { pair: [] }
`;

describe('an answer longer than WhatsApp takes', () => {
  let world: World;
  let folder: string;
  let agent: RecordingServer;
  let whatsapp: FakeWhatsApp;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchboard-long-answer-'));
    agent = await startRecordingServer(({ body }) => {
      const [question] = (body as { messages: { text: string }[] }).messages;
      return { status: 200, body: { text: question?.text === 'Tell me all' ? longAnswer : 'Short.' } };
    });
    whatsapp = await startFakeWhatsApp();
    const file = join(folder, 'properties.yaml');
    await writeFile(file, properties(agent.url, whatsapp.url));
    world = await openWorld({ PROPERTIES_FILE: file, LONG_SECRET: SECRET, LONG_TOKEN: 'dev-token' });
  }, 60_000);
  afterAll(async () => {
    await world?.end();
    await Promise.all([agent?.close(), whatsapp?.close()]);
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  const tell = (body: string) =>
    post(`${world.stack.url('ingress')}/webhooks/whatsapp/demo-whatsapp`, body, signWhatsApp(body, SECRET));
  const ask = async (id: string, text: string): Promise<void> => {
    const recorded = writtenNow(await fixture('whatsapp-text'));
    const body = recorded.replace(/wamid\.[^"]+/, id).replace('Do you have a room with a sea view?', text);
    expect((await tell(body)).body).toEqual({ accepted: 1, duplicates: 0 });
  };
  const taken = (count: number) =>
    waitFor(() => whatsapp.received.length >= count, { timeoutMs, describe: `WhatsApp has ${count} messages` });

  it('reaches the guest whole, as several messages in order, each sent once though one got no answer', async () => {
    whatsapp.resetAfterAcceptingNext(1);
    await ask('wamid.long', 'Tell me all');
    await taken(1);
    // Only Meta's status says that the first part is there; the others wait for it.
    const [first] = whatsapp.received;
    if (first) await tell(JSON.stringify(whatsappStatuses([{ message: first, status: 'sent' }])));
    await taken(3);
    await ask('wamid.next', 'And now?');
    await taken(4);
    const bodies = whatsapp.received.map(({ body }) => body);
    expect(bodies.pop()).toBe('Short.');
    expect(bodies.join(' ')).toBe(longAnswer);
    expect(bodies.filter((body) => body.length > 4_096 || !body.endsWith('.'))).toEqual([]);
    expect(new Set(whatsapp.received.map(({ callbackData }) => callbackData)).size).toBe(4);
  }, 60_000);

  it('quotes the question in its first message only', () => {
    const quoted = whatsapp.received.map(({ contextMessageId }) => contextMessageId);
    expect(quoted).toEqual(['wamid.long', undefined, undefined, 'wamid.next']);
  });

  it('makes no dead letter', async () => {
    const letters = await fetch(`${world.stack.url('dead-letter-reprocessor')}/dead-letters`);
    expect(await letters.json()).toMatchObject({ items: [] });
  });
});
