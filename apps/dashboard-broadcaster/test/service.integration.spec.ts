import { openService, type RunningService } from '@switchboard/service-kit';
import { type PrivateRedis, startRedis, waitFor } from '@switchboard/testing';
import { Redis } from 'ioredis';
import { dashboardBroadcaster } from '../src/service.js';
import { FeedWriter } from './feed-writer.js';
import { TestViewer } from './test-viewer.js';

const TOKEN = 'a-long-staff-token';

let redis: PrivateRedis;
const services: RunningService[] = [];

async function open(env: Record<string, string> = {}): Promise<RunningService> {
  const service = await openService(dashboardBroadcaster, {
    NODE_ENV: 'test',
    PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'silent',
    REDIS_URL: redis.url,
    PARTITIONS: '4',
    ...env,
  });
  services.push(service);
  return service;
}

function signIn(service: RunningService, body: object = {}, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${service.url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

function cookieIn(response: Response): string {
  return (response.headers.get('set-cookie') ?? '').split(';')[0] as string;
}

function portOf(service: RunningService): number {
  return Number(new URL(service.url).port);
}

beforeAll(async () => {
  redis = await startRedis();
}, 120_000);
afterAll(async () => {
  await redis.stop();
});
afterEach(async () => {
  for (const service of services.splice(0)) await service.stop();
});

describe('the page', () => {
  it('is served with a policy that allows nothing inline and nothing from elsewhere', async () => {
    const service = await open();
    const page = await fetch(service.url);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    const html = await page.text();
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=|https?:\/\//);
    for (const [, path] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect((await fetch(new URL(path as string, service.url))).status).toBe(200);
    }
  });

  it('is not sent again while it is the same', async () => {
    const service = await open();
    const etag = (await fetch(service.url)).headers.get('etag') ?? '';
    expect((await fetch(service.url, { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  it('is all that can be fetched', async () => {
    const service = await open();
    for (const path of ['/assets/', '/assets/..%2f..%2fpackage.json', '/build.mjs', '/webchat.html']) {
      expect((await fetch(service.url + path)).status).toBe(404);
    }
  });
});

describe('a session', () => {
  it('of the demo is given on this machine without a token, in a cookie that scripts and other sites cannot use', async () => {
    const service = await open();
    const response = await signIn(service);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ propertyId: 'demo', expiresInMs: expect.any(Number) });
    expect(response.headers.get('set-cookie')).toMatch(
      /^switchboard_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/,
    );
  });

  it('is a hash in Redis that ends by itself', async () => {
    const cookie = cookieIn(await signIn(await open({ SESSION_TTL_MS: '60000' })));
    const client = new Redis(redis.url);
    const key = `sb:session:${cookie.slice(cookie.indexOf('=') + 1)}`;
    expect(await client.hgetall(key)).toMatchObject({ propertyId: 'demo' });
    const ttlMs = await client.pttl(key);
    expect(ttlMs).toBeGreaterThan(50_000);
    expect(ttlMs).toBeLessThanOrEqual(60_000);
    client.disconnect();
  });

  it('needs the token when there is one', async () => {
    const service = await open({ DASHBOARD_TOKEN: TOKEN });
    expect((await signIn(service)).status).toBe(401);
    expect((await signIn(service, { token: `${TOKEN}x` })).status).toBe(401);
    expect((await signIn(service, { token: TOKEN, propertyId: 'nowhere' })).status).toBe(404);
    expect((await signIn(service, { token: TOKEN })).status).toBe(200);
  });

  it('is kept to TLS behind a proxy that speaks it', async () => {
    const service = await open({ DASHBOARD_TOKEN: TOKEN });
    const response = await signIn(service, { token: TOKEN }, { 'x-forwarded-proto': 'https' });
    expect(response.headers.get('set-cookie')).toMatch(/; Secure$/);
  });

  it('is refused to foreign pages and to malformed requests, with the field named', async () => {
    const service = await open();
    expect((await signIn(service, {}, { origin: 'http://evil.example' })).status).toBe(403);
    const bad = await signIn(service, { propertyId: 'Not An Id' });
    expect(bad.status).toBe(400);
    expect(bad.headers.get('content-type')).toContain('application/problem+json');
    expect(await bad.json()).toMatchObject({ violations: [{ field: 'propertyId' }] });
  });

  it('is told, is ended, and takes its open socket along', async () => {
    const service = await open();
    const cookie = cookieIn(await signIn(service));
    const session = (method: string) => fetch(`${service.url}/api/session`, { method, headers: { cookie } });
    expect((await session('GET')).status).toBe(200);
    const viewer = await new TestViewer(portOf(service), { cookie }).live();
    expect((await session('DELETE')).status).toBe(204);
    expect(await viewer.ended()).toEqual({ code: 1008, reason: 'session' });
    expect((await session('GET')).status).toBe(204);
  });

  it('cannot be had while Redis is away: 503 with Retry-After, and not ready', async () => {
    const service = await open();
    await redis.kill();
    try {
      const response = await signIn(service);
      expect(response.status).toBe(503);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await fetch(`${service.url}/health/ready`)).status).toBe(503);
      expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
    } finally {
      await redis.restart();
    }
    await waitFor(async () => (await fetch(`${service.url}/health/ready`)).status === 200, {
      timeoutMs: 10_000,
      describe: 'the service is ready again',
    });
  });
});

describe('the service', () => {
  it('carries an update to the browser and counts it', async () => {
    const service = await open();
    const writer = new FeedWriter(redis.url, 4);
    const viewer = await new TestViewer(portOf(service), { cookie: cookieIn(await signIn(service)) }).live();
    const before = viewer.texts.length;
    await writer.write(writer.update('webchat:demo:v1', { text: 'hello' }));
    await viewer.sees(before + 1);
    expect(viewer.texts.at(-1)).toBe('hello');
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toMatch(/^channel_subscribers\{channel="property",service="dashboard-broadcaster"\} 1$/m);
    expect(metrics).toMatch(/^channel_messages_total\{channel="property",service="dashboard-broadcaster"\} 1$/m);
    expect(metrics).toMatch(/^redis_connected\{purpose="subscriber",service="dashboard-broadcaster"\} 1$/m);
    viewer.close();
    writer.close();
  });

  it('sends its viewers away with 1001 when it stops, and stops soon', async () => {
    const service = await open();
    const viewer = await new TestViewer(portOf(service), { cookie: cookieIn(await signIn(service)) }).live();
    const before = performance.now();
    await service.stop();
    expect((await viewer.ended()).code).toBe(1001);
    expect(performance.now() - before).toBeLessThan(3_000);
  });

  it('refuses to start with another number of partitions than the streams have', async () => {
    const client = new Redis(redis.url);
    await client.hset('sb:msi:messages:meta', 'partitions', 8);
    await expect(open()).rejects.toMatchObject({ code: 'PARTITION_COUNT_MISMATCH' });
    await client.del('sb:msi:messages:meta');
    client.disconnect();
  });

  it('does not start in production without a token', async () => {
    await expect(open({ NODE_ENV: 'production' })).rejects.toThrow(/DASHBOARD_TOKEN/);
  });
});
