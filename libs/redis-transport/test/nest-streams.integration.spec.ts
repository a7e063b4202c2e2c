import { Controller } from '@nestjs/common';
import { AgentReply, type Envelope, GuestMessage, Streams } from '@switchboard/message-schema';
import { type PrivateRedis, startRedis, unfinishedEntries, waitFor } from '@switchboard/testing';
import { Redis } from 'ioredis';
import { StreamHandler } from '../src/nest/handlers/stream-handler.decorator.js';
import { type TurnContext } from '../src/nest/contexts/turn-context.js';
import { startConsumer } from '../src/testing/start-consumer.js';
import { type RunningConsumer } from '../src/testing/running-consumer.js';
import { said } from './nest-guest.js';

type Batch = Envelope<GuestMessage>[];
const texts = (batch: Batch): string[] => batch.map(({ payload }) => payload.text);

let redis: PrivateRedis;
let raw: Redis;
let serial = 0;
let keyPrefix: string;
let consumer: RunningConsumer | undefined;

beforeAll(async () => {
  redis = await startRedis();
  raw = new Redis(redis.url, { disableClientInfo: true });
});
beforeEach(() => {
  keyPrefix = `${++serial}:`;
  consumer = undefined;
});
afterEach(() => consumer?.stop());
afterAll(async () => {
  raw?.disconnect();
  await redis?.stop();
});

/** Messages that the group has not acknowledged. */
const unfinished = (): Promise<number> => unfinishedEntries(redis, `${keyPrefix}${Streams.inbound}:{p0}`, 'g');

/** Collects a burst of one conversation into one batch. */
const inBursts = { batch: { quietMs: 150, maxWaitMs: 2_000, maxMessages: 50, maxBytes: 8 << 20 } };

@Controller()
class Recorder {
  readonly batches: string[][] = [];

  @StreamHandler(GuestMessage, 'g', inBursts)
  on(batch: Batch, turn: TurnContext): void {
    this.batches.push(texts(batch));
    for (const message of batch) {
      if (message.payload.text.startsWith('fail')) throw new Error('the handler failed');
    }
    turn.emit(AgentReply, {
      from_agent: 'agent:a',
      to_agent: 'guest:v1',
      payload: { text: 'ok', author: 'bot', replyTo: batch[0]!.payload.replyTo, inReplyTo: texts(batch) },
    });
  }
}

describe('a batch with messages that cannot be read', () => {
  it('is handled without them, once and whole, and they are dead letters with their reason', async () => {
    consumer = await startConsumer({ controllers: [Recorder] }, { redisUrl: redis.url, keyPrefix });
    const recorder = consumer.app.get(Recorder);
    const first = await consumer.publish(GuestMessage, said('one'));
    await consumer.write(GuestMessage, 'c1', 'broken', 'not json');
    await consumer.write(
      GuestMessage,
      'c1',
      'newer',
      JSON.stringify({ ...first, message_id: 'newer', schema_version: 99 }),
    );
    await consumer.write(
      GuestMessage,
      'c1',
      'typed',
      JSON.stringify({ ...first, message_id: 'typed', payload: { text: 7 } }),
    );
    await consumer.write(GuestMessage, 'c1', 'nul', JSON.stringify({ ...first, message_id: 'nul\u0000' }).slice(0, -2));
    const last = await consumer.publish(GuestMessage, said('two'));
    expect(await consumer.outcomeOf(last)).toEqual({ kind: 'done' });
    expect(await consumer.outcomeOf(first)).toEqual({ kind: 'done' });
    expect(recorder.batches).toEqual([['one', 'two']]);
    expect(await consumer.messages(AgentReply)).toHaveLength(1);
    const letters = await consumer.lines<{ id: string; reason: string; error: { code: string }; attempts: number }>(
      `${Streams.inbound}:dead_letter`,
    );
    expect(letters.map(({ id }) => id)).toEqual(['broken', 'newer', 'typed', 'nul']);
    for (const letter of letters) {
      expect(letter).toMatchObject({ reason: 'unrecoverable', attempts: 1, error: { code: 'INVALID_MESSAGE' } });
    }
    expect(await unfinished()).toBe(0);
  });

  it('costs its readable neighbours no attempt', async () => {
    @Controller()
    class FailsOnce {
      readonly attempts: number[] = [];

      @StreamHandler(GuestMessage, 'g', { ...inBursts, retry: { maxAttempts: 2, minBackoffMs: 1, maxBackoffMs: 2 } })
      on(_batch: Batch, turn: TurnContext): void {
        this.attempts.push(turn.attempt);
        if (this.attempts.length === 1) throw new Error('the handler failed');
      }
    }
    consumer = await startConsumer({ controllers: [FailsOnce] }, { redisUrl: redis.url, keyPrefix });
    await consumer.write(GuestMessage, 'c1', 'broken', 'not json');
    const message = await consumer.publish(GuestMessage, said('one'));
    expect(await consumer.outcomeOf(message)).toEqual({ kind: 'done' });
    expect(consumer.app.get(FailsOnce).attempts).toEqual([1, 2]);
  });

  it('of raw entries nobody of ours wrote: 1 MB, NUL bytes, 10k fields, none of our fields; the consumer goes on', async () => {
    consumer = await startConsumer({ controllers: [Recorder] }, { redisUrl: redis.url, keyPrefix });
    const recorder = consumer.app.get(Recorder);
    const key = `${keyPrefix}${Streams.inbound}:{p0}`;
    await raw.xadd(key, '*', 'k', 'c1', 'i', 'large', 'd', 'x'.repeat(1 << 20));
    await raw.xadd(key, '*', 'k', 'c1', 'i', 'nul', 'd', '\u0000\u0000{}');
    await raw.xadd(key, '*', 'k', 'c1', 'i', 'bytes', 'd', Buffer.from([0xff, 0xfe, 0x00, 0x80]));
    await raw.xadd(key, '*', ...Array.from({ length: 10_000 }, (_, i) => [`f${i}`, 'v']).flat());
    await raw.xadd(key, '*', 'hello', 'world');
    const message = await consumer.publish(GuestMessage, said('still here'));
    expect(await consumer.outcomeOf(message)).toEqual({ kind: 'done' });
    expect(recorder.batches).toEqual([['still here']]);
    await waitFor(async () => (await consumer!.lines(`${Streams.inbound}:dead_letter`)).length === 5, {
      describe: 'five dead letters',
    });
    expect(await unfinished()).toBe(0);
    const next = await consumer.publish(GuestMessage, said('and here'));
    expect(await consumer.outcomeOf(next)).toEqual({ kind: 'done' });
  });

  it('whose conversation waits for a person after a dead letter parks at the first of them', async () => {
    @Controller()
    class Parking {
      readonly batches: string[][] = [];

      @StreamHandler(GuestMessage, 'g', { ...inBursts, onGiveUp: 'park' })
      on(batch: Batch): void {
        this.batches.push(texts(batch));
      }
    }
    consumer = await startConsumer({ controllers: [Parking] }, { redisUrl: redis.url, keyPrefix });
    const before = await consumer.publish(GuestMessage, said('one'));
    await consumer.write(GuestMessage, 'c1', 'broken', 'not json');
    await consumer.publish(GuestMessage, said('two'));
    expect(await consumer.outcomeOf(before)).toEqual({ kind: 'done' });
    await waitFor(async () => (await consumer!.lines(`${Streams.inbound}:dead_letter`)).length === 1, {
      describe: 'a dead letter',
    });
    expect(await consumer.lines(`${Streams.inbound}:dead_letter`)).toMatchObject([{ id: 'broken', parked: true }]);
    expect(consumer.app.get(Parking).batches).toEqual([['one']]);
  });
});

describe('outputs and errors', () => {
  it('what a turn emits is written with the acknowledgement, and nothing of it when the handler throws', async () => {
    consumer = await startConsumer(
      { controllers: [Recorder] },
      { redisUrl: redis.url, keyPrefix, consumer: { retry: { maxAttempts: 2, minBackoffMs: 1, maxBackoffMs: 2 } } },
    );
    const failing = await consumer.publish(GuestMessage, said('fail', 'c2'));
    const outcome = await consumer.outcomeOf(failing);
    expect(outcome).toMatchObject({ kind: 'dead', reason: 'attempts exhausted', letter: { attempts: 2 } });
    expect(outcome.error).toMatchObject({ name: 'Error', message: 'the handler failed' });
    expect(await consumer.messages(AgentReply)).toEqual([]);
    const fine = await consumer.publish(GuestMessage, said('fine'));
    expect(await consumer.outcomeOf(fine)).toEqual({ kind: 'done' });
    const [reply] = await consumer.messages(AgentReply);
    expect(reply).toMatchObject({
      message_id: `${fine.message_id}/g/agent.reply/1`,
      causation_id: fine.message_id,
      conversation_id: 'c1',
    });
  });

  it('two groups that answer one message with the same type are both heard', async () => {
    const answer = (turn: TurnContext, [message]: Batch, text: string): void => {
      const { replyTo } = message!.payload;
      const payload = { text, author: 'bot' as const, replyTo, inReplyTo: [] };
      turn.emit(AgentReply, { from_agent: 'agent:a', to_agent: 'guest:v1', payload });
    };
    @Controller()
    class Two {
      @StreamHandler(GuestMessage, 'left')
      left(batch: Batch, turn: TurnContext): void {
        answer(turn, batch, 'left');
      }

      @StreamHandler(GuestMessage, 'right')
      right(batch: Batch, turn: TurnContext): void {
        answer(turn, batch, 'right');
      }
    }
    consumer = await startConsumer({ controllers: [Two] }, { redisUrl: redis.url, keyPrefix });
    const question = await consumer.publish(GuestMessage, said('hello'));
    for (const group of ['left', 'right']) await consumer.outcomeOf(question, { group });
    const replies = await consumer.messages(AgentReply);
    expect(replies.map(({ payload }) => payload.text).sort()).toEqual(['left', 'right']);
    expect(new Set(replies.map(({ message_id }) => message_id)).size).toBe(2);
  });
});
