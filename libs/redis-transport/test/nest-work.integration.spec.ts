import { Controller } from '@nestjs/common';
import { RetryLater } from '@switchboard/delivery';
import { AgentReply, type Envelope, GuestMessage, Streams } from '@switchboard/message-schema';
import { askRedis, waitFor } from '@switchboard/testing';
import { WorkQueue } from '../src/lists/work-queue.js';
import { type WorkContext } from '../src/nest/contexts/work-context.js';
import { WorkHandler } from '../src/nest/handlers/work-handler.decorator.js';
import { testMessage } from '../src/testing/fake-turn.js';
import { said } from './nest-guest.js';
import { NestScene } from './nest-scene.js';

const scene = NestScene.forTests();

describe('a work queue', () => {
  @Controller()
  class Desk {
    readonly done: string[] = [];
    private failures = 1;

    @WorkHandler(GuestMessage, { queue: 'task_queue.desk' })
    on({ payload, message_id }: Envelope<GuestMessage>, item: WorkContext): void {
      if (payload.text === 'later' && item.attempt === 1 && this.failures-- > 0) throw new RetryLater(20);
      if (payload.text === 'final') throw Object.assign(new Error('never'), { code: 'UNRECOVERABLE' });
      this.done.push(`${payload.text} ${item.priority} ${item.attempt}`);
      item.emit(AgentReply, {
        from_agent: 'agent:desk',
        to_agent: 'guest:v1',
        payload: { text: 'ok', author: 'bot', replyTo: payload.replyTo, inReplyTo: [message_id] },
      });
    }

    @WorkHandler('plain')
    plain(body: unknown): void {
      this.done.push(JSON.stringify(body));
    }
  }

  it('hands each item to the handler once it is read and checked; what it emits is on its stream', async () => {
    await scene.start([Desk]);
    const message = testMessage(GuestMessage, { ...said('hello'), priority: 'high' });
    expect(await scene.emit({ queue: 'task_queue.desk' }, message)).toBe('stored');
    expect(await scene.emit({ queue: 'task_queue.desk' }, message)).toBe('duplicate');
    await scene.emit({ queue: 'plain' }, { any: 'thing' });
    const { done } = scene.consumer.app.get(Desk);
    await waitFor(() => done.length === 2, { describe: 'both items' });
    expect(done.sort()).toEqual(['hello high 1', '{"any":"thing"}']);
    await waitFor(async () => (await queue().counts()).processing === 0, { describe: 'all finished' });
    expect(await scene.consumer.messages(AgentReply)).toMatchObject([
      { message_id: `${message.message_id}/task_queue.desk/agent.reply/1`, conversation_id: 'c1' },
    ]);
  });

  it('an item that cannot be read or is given up for good is a dead letter; one for later costs no attempt', async () => {
    await scene.start([Desk]);
    await scene.emit({ queue: 'task_queue.desk', id: 'broken' }, { no: 'message' });
    await scene.emit(
      { queue: 'task_queue.desk' },
      testMessage(GuestMessage, { ...said('final'), message_id: 'final' }),
    );
    await scene.emit({ queue: 'task_queue.desk' }, testMessage(GuestMessage, said('later')));
    await waitFor(() => scene.consumer.app.get(Desk).done.length === 1, { describe: 'the item for later' });
    expect(scene.consumer.app.get(Desk).done).toEqual(['later normal 1']);
    await waitFor(async () => (await queue().counts()).dead === 2, { describe: 'two dead letters' });
    const letters = await queue().deadLetters.list();
    expect(letters.map(({ id, reason }) => `${id}: ${reason}`).sort()).toEqual([
      'broken: InvalidMessageError INVALID_MESSAGE',
      'final: Error UNRECOVERABLE',
    ]);
  });

  it('closing waits for items that were begun and leaves nothing in the worker’s hands', async () => {
    let finish: (() => void) | undefined;
    @Controller()
    class Slow {
      @WorkHandler('slow')
      async on(_body: unknown): Promise<void> {
        await new Promise<void>((resolve) => (finish = resolve));
      }
    }
    await scene.start([Slow]);
    await scene.emit({ queue: 'slow' }, 1);
    await waitFor(() => finish !== undefined, { describe: 'the item is begun' });
    const stopped = scene.consumer.app.close();
    finish?.();
    await stopped;
    expect(await queue('slow').counts()).toMatchObject({ processing: 0, dead: 0, waiting: { normal: 0 } });
  });

  it('closing gives back what does not end within the grace period, and its attempt costs nothing', async () => {
    const attempts: number[] = [];
    @Controller()
    class Endless {
      @WorkHandler('endless')
      async on(_body: unknown, item: WorkContext): Promise<void> {
        attempts.push(item.attempt);
        if (attempts.length === 1) await new Promise(() => undefined);
      }
    }
    await scene.start([Endless], { graceMs: 100 });
    await scene.emit({ queue: 'endless' }, 1);
    await waitFor(() => attempts.length === 1, { describe: 'the item is begun' });
    await scene.consumer.app.close();
    expect(await queue('endless').counts()).toMatchObject({ processing: 0, dead: 0, waiting: { normal: 1 } });
    await scene.start([Endless]);
    await waitFor(() => attempts.length === 2, { describe: 'the item comes again' });
  });

  it('two queues, and two items of one queue, that hold one message each have their output on the stream', async () => {
    const reply = (item: WorkContext, { payload, message_id }: Envelope<GuestMessage>): void => {
      const answer = { text: item.queue, author: 'bot' as const, replyTo: payload.replyTo, inReplyTo: [message_id] };
      item.emit(AgentReply, { from_agent: 'agent:desk', to_agent: 'guest:v1', payload: answer });
    };
    @Controller()
    class Two {
      @WorkHandler(GuestMessage, { queue: 'left' })
      left(message: Envelope<GuestMessage>, item: WorkContext): void {
        reply(item, message);
      }

      @WorkHandler(GuestMessage, { queue: 'right' })
      right(message: Envelope<GuestMessage>, item: WorkContext): void {
        reply(item, message);
      }
    }
    await scene.start([Two]);
    const message = testMessage(GuestMessage, said('hello'));
    await scene.emit({ queue: 'left' }, message);
    await scene.emit({ queue: 'right' }, message);
    await scene.emit({ queue: 'right', id: 'once more' }, message);
    const replies = () => scene.consumer.messages(AgentReply);
    await waitFor(async () => (await replies()).length === 3, { describe: 'three replies' });
    expect((await replies()).map(({ payload }) => payload.text).sort()).toEqual(['left', 'right', 'right']);
  });

  it('an item whose end Redis refuses for good is a dead letter with the reason, and its worker goes on', async () => {
    let calls = 0;
    @Controller()
    class Audited {
      @WorkHandler('audited', { concurrency: 1 })
      on(body: unknown, item: WorkContext): void {
        calls++;
        if (body !== 'noted') return;
        item.audit({
          service: 'test',
          action: 'handled',
          messageId: 'm1',
          conversationId: 'c1',
          propertyId: 'demo',
          correlationId: 'trace-1',
          timestamp: new Date().toISOString(),
        });
      }
    }
    await scene.start([Audited]);
    await askRedis(scene.redis, ['SET', scene.consumer.keys.stream(Streams.auditMessages, 0), 'no stream']);
    await scene.emit({ queue: 'audited' }, 'noted');
    await waitFor(async () => (await queue('audited').counts()).dead === 1, { describe: 'a dead letter' });
    const [letter] = await queue('audited').deadLetters.list();
    expect(letter).toMatchObject({ reason: expect.stringMatching(/^the end was refused: ReplyError/) as string });
    await scene.emit({ queue: 'audited' }, 'plain');
    await waitFor(() => calls === 2, { describe: 'the next item' });
    await waitFor(async () => (await queue('audited').counts()).processing === 0, { describe: 'its end' });
    expect(await queue('audited').counts()).toMatchObject({ dead: 1, waiting: { normal: 0 } });
  });

  function queue(name = 'task_queue.desk'): WorkQueue {
    return new WorkQueue(scene.client.unwrap(), scene.consumer.keys, name, { partitions: 1 });
  }
});
