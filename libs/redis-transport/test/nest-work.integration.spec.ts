import { Controller } from '@nestjs/common';
import { RetryLater } from '@switchboard/delivery';
import { AgentReply, type Envelope, GuestMessage } from '@switchboard/message-schema';
import { waitFor } from '@switchboard/testing';
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
      { message_id: `${message.message_id}/agent.reply/1`, conversation_id: 'c1' },
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

  function queue(name = 'task_queue.desk'): WorkQueue {
    return new WorkQueue(scene.client.unwrap(), scene.consumer.keys, name, { partitions: 1 });
  }
});
