import { Controller } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { RetryLater, Unrecoverable } from '@switchboard/delivery';
import { type Envelope, GuestMessage } from '@switchboard/message-schema';
import { waitFor } from '@switchboard/testing';
import { RedisConnections } from '../src/connections/redis-connections.js';
import { WorkQueue } from '../src/lists/work-queue.js';
import { workQueueDefaults } from '../src/lists/work-queue-options.js';
import { type HandlerReport } from '../src/nest/handler-observer.js';
import { RequestHandler } from '../src/nest/handlers/request-handler.decorator.js';
import { TopicHandler } from '../src/nest/handlers/topic-handler.decorator.js';
import { WorkHandler } from '../src/nest/handlers/work-handler.decorator.js';
import { RedisServer, type RedisServerOptions } from '../src/nest/redis.server.js';
import { Keys } from '../src/streams/keys.js';
import { testMessage } from '../src/testing/fake-turn.js';
import { said } from './nest-guest.js';
import { NestScene } from './nest-scene.js';

const scene = NestScene.forTests();

type Message = Envelope<GuestMessage>;

@Controller()
class Desk {
  @WorkHandler(GuestMessage, { queue: 'work' })
  work({ payload: { text } }: Message): void {
    if (text === 'later') throw new RetryLater(60_000);
    if (text === 'final') throw new Unrecoverable('secret words');
    if (text === 'again') throw new Error('secret words');
  }

  @TopicHandler('topic:*', GuestMessage)
  topic({ payload: { text } }: Message): void {
    if (text === 'bad') throw new Error('secret words');
  }

  @RequestHandler('address')
  answer(body: unknown): unknown {
    if (body === 'bad') throw new TypeError('secret words');
    return body;
  }
}

let lines: string[];
let reports: HandlerReport[];
let current: string | undefined;
let close: (() => Promise<void>) | undefined;

beforeEach(() => {
  [lines, reports, current] = [[], [], undefined];
});
afterEach(() => close?.());

async function start(options: Partial<RedisServerOptions> = {}): Promise<void> {
  const strategy = new RedisServer({
    redis: { url: scene.redis.url, keyPrefix: scene.keyPrefix },
    partitions: 1,
    graceMs: 1_000,
    handlerObserver: { handled: (report) => void reports.push(report) },
    ...options,
  });
  class App {}
  const keep = (line: string): void => void lines.push(current === undefined ? line : `[${current}] ${line}`);
  const silent = (): void => undefined;
  const logger = { warn: keep, error: keep, log: silent };
  const app = await NestFactory.createMicroservice({ module: App, controllers: [Desk] }, { strategy, logger });
  close = () => app.close();
  await app.listen();
}

/** A message whose correlation id is `trace-{text}`. */
const message = (text: string): Message =>
  testMessage(GuestMessage, { ...said(text), message_id: text, correlation_id: `trace-${text}` });

/** Takes an item as another process would that is not heard of again. */
async function takeAndDie(name: string, options: RedisServerOptions['queues']): Promise<void> {
  const connections = new RedisConnections({ url: scene.redis.url, keyPrefix: scene.keyPrefix }, 'dying');
  const queue = new WorkQueue(connections, new Keys(scene.keyPrefix), name, { ...options, partitions: 1 });
  await queue.worker('dying').take();
  await connections.close();
}

const heard = (count: number) => waitFor(() => reports.length === count, { describe: `${count} reports` });

describe('handlers outside streams', () => {
  it('each end of an item is told; one that failed is logged once, with its correlation id and not its words', async () => {
    await start();
    for (const text of ['fine', 'later', 'final', 'again']) await scene.emit({ queue: 'work' }, message(text));
    await scene.emit({ queue: 'work', id: 'broken' }, { no: 'message' });
    await heard(5);
    const outcomes = reports.map(({ outcome, correlationId }) => `${correlationId} ${outcome}`).sort();
    expect(outcomes).toEqual([
      'trace-again retry',
      'trace-final dead',
      'trace-fine done',
      'trace-later later',
      'undefined dead',
    ]);
    expect(reports[0]).toMatchObject({ kind: 'work', channel: 'work', owner: 'Desk.work' });
    expect(lines.sort()).toEqual([
      'Desk.work failed: Error; another attempt follows (correlation "trace-again")',
      'Desk.work failed: InvalidMessageError INVALID_MESSAGE; the item is a dead letter',
      'Desk.work failed: Unrecoverable UNRECOVERABLE; the item is a dead letter (correlation "trace-final")',
    ]);
  });

  it('an item that took its process with it at the last attempt is told and logged by another, once', async () => {
    const queues = { visibilityMs: 200, lookEveryMs: 100, retry: { ...workQueueDefaults.retry, maxAttempts: 1 } };
    for (const text of ['deadly', 'fine']) await scene.emit({ queue: 'work' }, message(text));
    await takeAndDie('work', queues);
    await start({ queues });
    await heard(2);
    expect(reports.find(({ outcome }) => outcome === 'done')).toMatchObject({ correlationId: 'trace-fine' });
    expect(reports.find(({ outcome }) => outcome === 'dead')).toMatchObject({
      kind: 'work',
      channel: 'work',
      owner: 'Desk.work',
      correlationId: 'trace-deadly',
      error: { code: 'WORKER_DIED' },
    });
    expect(lines).toEqual([
      'Desk.work failed: Error WORKER_DIED; the item is a dead letter (correlation "trace-deadly")',
    ]);
  });

  it('a failed broadcast is told and logged within the application’s context of the message', async () => {
    await start({
      around: async (correlationId, run) => {
        const before = current;
        current = correlationId;
        await run();
        current = before;
      },
    });
    await scene.emit({ topic: 'topic:a' }, message('fine'));
    await scene.emit({ topic: 'topic:a' }, message('bad'));
    await scene.emit({ topic: 'topic:a' }, { no: 'message' });
    await heard(3);
    expect(reports).toMatchObject([
      { kind: 'topic', channel: 'topic:*', outcome: 'done' },
      { outcome: 'failed', correlationId: 'trace-bad' },
      { outcome: 'failed', error: { code: 'INVALID_MESSAGE' } },
    ]);
    expect(lines).toContain('[trace-bad] Desk.topic failed: Error');
    expect(lines).toHaveLength(2);
  });

  it('a failed request is told and logged here, too, and its caller still gets the error', async () => {
    await start();
    expect(await scene.ask('address', 'fine')).toBe('fine');
    await expect(scene.ask('address', 'bad')).rejects.toMatchObject({ code: 'ERROR' });
    await heard(2);
    expect(reports).toMatchObject([
      { kind: 'request', channel: 'address', outcome: 'done' },
      { outcome: 'failed', error: expect.any(TypeError) as TypeError },
    ]);
    expect(lines).toEqual(['Desk.answer failed: TypeError']);
  });

  it('an observer that fails stops nothing', async () => {
    const handled = (report: HandlerReport): void => {
      reports.push(report);
      throw new Error('the observer fails');
    };
    await start({ handlerObserver: { handled } });
    await scene.emit({ topic: 'topic:a' }, message('one'));
    await scene.emit({ topic: 'topic:a' }, message('two'));
    await heard(2);
    expect(await scene.ask('address', 'fine')).toBe('fine');
  });
});
