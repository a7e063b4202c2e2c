import { openService } from '@switchboard/service-kit';
import { type PrivateRedis, startRedis } from '@switchboard/testing';
import { deadLetterReprocessor } from '../src/service.js';
import { RunningReprocessor } from './running-reprocessor.js';

const TOKEN = 'token-canary-0123456789';

describe('with a token set', () => {
  let redis: PrivateRedis;
  let reprocessor: RunningReprocessor;
  let lines = '';

  beforeAll(async () => {
    redis = await startRedis();
    reprocessor = await RunningReprocessor.start(redis.url, { ADMIN_TOKEN: TOKEN }, (line) => (lines += line));
  });

  afterAll(async () => {
    await reprocessor?.stop();
    await redis?.stop();
  });

  it.each([
    ['GET', ''],
    ['GET', '/msi:messages:0:1-1'],
    ['POST', '/replay'],
    ['POST', '/msi:messages:0:1-1/replay'],
    ['PATCH', '/msi:messages:0:1-1'],
    ['DELETE', '/msi:messages:0:1-1'],
  ])('nobody gets in without it: %s %s', async (method, path) => {
    for (const authorization of [undefined, TOKEN, `Basic ${TOKEN}`, 'Bearer ', `Bearer ${TOKEN}x`]) {
      const answer = await reprocessor.ask(method, path, undefined, authorization ? { authorization } : {});
      expect(answer).toMatchObject({ status: 401, type: 'application/problem+json; charset=utf-8' });
      expect(JSON.stringify(answer.body)).not.toContain(TOKEN);
    }
  });

  it.each([
    ['GET', '/streams'],
    ['POST', '/streams/msi:messages/groups/agent-group/replay'],
  ])('nobody makes a group read again without it: %s %s', async (method, path) => {
    expect(await reprocessor.send(method, path)).toMatchObject({ status: 401 });
  });

  it('who has it gets in', async () => {
    expect(await reprocessor.ask('GET', '', undefined, { authorization: `Bearer ${TOKEN}` })).toMatchObject({
      status: 200,
      body: { items: [] },
    });
    expect(await reprocessor.ask('GET', '', undefined, { authorization: `bearer ${TOKEN}` })).toMatchObject({
      status: 200,
    });
  });

  it('the token is in no log line', () => {
    expect(lines).toContain('listening');
    expect(lines).not.toContain(TOKEN);
  });
});

it('in production the service does not start without a token', async () => {
  const env = {
    PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'silent',
    REDIS_URL: 'redis://127.0.0.1:1',
    NODE_ENV: 'production',
  };
  await expect((async () => openService(deadLetterReprocessor, env))()).rejects.toThrow(/ADMIN_TOKEN/);
});
