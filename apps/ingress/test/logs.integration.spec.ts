import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PrivateRedis, signWhatsApp, startRedis, subscribeEvents, waitFor } from '@switchboard/testing';
import { RunningIngress, SECRET, webhook } from './running-ingress.js';

const PHONE = '4915112345678';
const canaries = [
  'text-canary',
  PHONE,
  'token-canary',
  'visitor-canary',
  'Ada Guest',
  'sea view',
  SECRET,
  'dev-verify',
];

it('no log line holds what guests write, who they are, or a secret, whatever goes wrong', async () => {
  const lines: string[] = [];
  const redis: PrivateRedis = await startRedis();
  const ingress = await RunningIngress.start(redis.url, {}, (line) => lines.push(line));
  try {
    const body = webhook('whatsapp-text').replaceAll('15551234567', PHONE).replace('Do you', 'text-canary Do you');
    expect((await ingress.post('whatsapp', body)).status).toBe(200);
    expect((await ingress.post('whatsapp', body, signWhatsApp(body, 'token-canary'))).status).toBe(401);
    expect((await ingress.post('whatsapp', body.slice(0, -20))).status).toBe(400);
    expect((await ingress.post('whatsapp', body.replace('"timestamp"', '"text-canary"'))).status).toBe(400);
    expect((await ingress.postTo('/token-canary?token=token-canary', body)).status).toBe(404);
    const handshake = 'hub.mode=subscribe&hub.verify_token=token-canary&hub.challenge=1';
    expect((await fetch(`${ingress.url}/webhooks/whatsapp/demo-whatsapp?${handshake}`)).status).toBe(403);
    expect((await ingress.say('visitor-canary', 'm1', 'text-canary')).status).toBe(202);
    const stream = await subscribeEvents(ingress.linesUrl('visitor-canary'));
    await waitFor(() => stream.events.length === 1, { describe: 'the line' });
    stream.close();
    await redis.kill();
    expect((await ingress.say('visitor-canary', 'm2', 'text-canary')).status).toBe(503);
  } finally {
    await ingress.stop();
    await redis.stop();
  }
  expect(lines.join('')).toContain('listening');
  expect(lines.filter((line) => line.includes('"statusCode":401'))).not.toEqual([]);
  for (const canary of canaries) expect(lines.filter((line) => line.includes(canary))).toEqual([]);
});

it('the lines of a request carry its correlation id', async () => {
  const lines: string[] = [];
  const redis: PrivateRedis = await startRedis();
  const ingress = await RunningIngress.start(redis.url, {}, (line) => lines.push(line));
  const ids: (string | null)[] = [];
  try {
    for (const answer of [ingress.post('whatsapp', webhook('whatsapp-text')), ingress.say('v1', 'm1', 'hello')]) {
      ids.push((await answer).headers.get('x-correlation-id'));
    }
  } finally {
    await ingress.stop();
    await redis.stop();
  }
  const stored = lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ msg }) => msg === 'stored');
  expect(stored.map(({ correlationId }) => correlationId)).toEqual(ids);
});

it('nor does one of the spool, whatever goes wrong with it', async () => {
  const lines: string[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'ingress-logs-'));
  await writeFile(join(folder, 'spool.db'), 'no database '.repeat(1_000));
  const redis: PrivateRedis = await startRedis();
  const env = { SPOOL_DIR: folder, SPOOL_MAX_MESSAGES: '1' };
  const ingress = await RunningIngress.start(redis.url, env, (line) => lines.push(line));
  try {
    await redis.kill();
    const body = webhook('whatsapp-text').replaceAll('15551234567', PHONE).replace('Do you', 'text-canary Do you');
    expect((await ingress.post('whatsapp', body)).status).toBe(200);
    expect((await ingress.say('visitor-canary', 'm1', 'text-canary')).status).toBe(503);
    await redis.restart();
    await waitFor(async () => (await ingress.say('visitor-canary', 'm2', 'text-canary')).status === 202, {
      describe: 'taken again',
      timeoutMs: 15_000,
    });
  } finally {
    await ingress.stop();
    await redis.stop();
    await rm(folder, { recursive: true });
  }
  expect(lines.join('')).toContain('moved aside');
  expect(lines.join('')).toContain('they go to the spool');
  for (const canary of canaries) expect(lines.filter((line) => line.includes(canary))).toEqual([]);
}, 60_000);
