import { openService, type RunningService } from '@switchboard/service-kit';
import { type PrivateRedis, startRedis } from '@switchboard/testing';
import { signInLimit } from '../src/entrance/sign-in-limit.js';
import { dashboardBroadcaster } from '../src/service.js';

const TOKEN = 'a-long-staff-token';

describe('guessing the token of the staff', () => {
  let redis: PrivateRedis;
  let service: RunningService;
  beforeAll(async () => {
    redis = await startRedis();
    service = await openService(dashboardBroadcaster, {
      NODE_ENV: 'test',
      PORT: '0',
      HOST: '127.0.0.1',
      LOG_LEVEL: 'silent',
      REDIS_URL: redis.url,
      DASHBOARD_TOKEN: TOKEN,
    });
  }, 60_000);
  afterAll(async () => {
    await service.stop();
    await redis.stop();
  });

  /** From an address behind a proxy on this machine. */
  const signIn = (address: string, token: string): Promise<Response> =>
    fetch(`${service.url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': `198.51.100.1, ${address}` },
      body: JSON.stringify({ token }),
    });
  const statusesOf = async (count: number, address: string, token: string): Promise<number[]> => {
    const statuses: number[] = [];
    for (let n = 0; n < count; n++) statuses.push((await signIn(address, token)).status);
    return statuses;
  };

  it('ends after some wrong ones with 429 and the time to wait, and then the right one does not help either', async () => {
    const { wrongTokens, windowMs } = signInLimit;
    expect(new Set(await statusesOf(wrongTokens, '203.0.113.1', 'wrong'))).toEqual(new Set([401]));
    const refused = await signIn('203.0.113.1', 'wrong');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    const waitSeconds = Number(refused.headers.get('retry-after'));
    expect(waitSeconds).toBeGreaterThan(0);
    expect(waitSeconds).toBeLessThanOrEqual(windowMs / 1_000);
    expect((await signIn('203.0.113.1', TOKEN)).status).toBe(429);
  });

  it('is not possible by asking many times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, () => signIn('203.0.113.2', 'wrong')));
    const judged = answers.filter(({ status }) => status === 401).length;
    expect(judged).toBeLessThanOrEqual(signInLimit.wrongTokens);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(60 - judged);
  });

  it('does not keep other addresses out', async () => {
    await statusesOf(signInLimit.wrongTokens + 1, '203.0.113.3', 'wrong');
    expect((await signIn('203.0.113.4', TOKEN)).status).toBe(200);
  });

  it('is not what somebody does who shows the right one often', async () => {
    expect(new Set(await statusesOf(signInLimit.wrongTokens * 3, '203.0.113.5', TOKEN))).toEqual(new Set([200]));
  });
});
