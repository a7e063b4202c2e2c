import { Controller } from '@nestjs/common';
import { type Envelope, GuestMessage } from '@switchboard/message-schema';
import { askRedis, waitFor } from '@switchboard/testing';
import { type TopicContext } from '../src/nest/contexts/topic-context.js';
import { RequestHandler } from '../src/nest/handlers/request-handler.decorator.js';
import { StreamHandler } from '../src/nest/handlers/stream-handler.decorator.js';
import { TopicHandler } from '../src/nest/handlers/topic-handler.decorator.js';
import { WorkHandler } from '../src/nest/handlers/work-handler.decorator.js';
import { testMessage } from '../src/testing/fake-turn.js';
import { said } from './nest-guest.js';
import { NestScene } from './nest-scene.js';

const scene = NestScene.forTests();

describe('a topic', () => {
  @Controller()
  class Listener {
    readonly heard: string[] = [];

    @TopicHandler('events:*', GuestMessage)
    all({ payload }: Envelope<GuestMessage>, { topic }: TopicContext): void {
      if (payload.text === 'bad') throw new Error('the handler failed');
      this.heard.push(`${topic} ${payload.text}`);
    }

    @TopicHandler('news')
    news(body: unknown): void {
      this.heard.push(`news ${JSON.stringify(body)}`);
    }
  }

  it('is heard by pattern and by name; what cannot be read or fails takes nothing with it', async () => {
    await scene.start([Listener]);
    await scene.emit({ topic: 'events:desk:opened' }, testMessage(GuestMessage, said('one')));
    await scene.emit('events:desk:opened', { no: 'message' });
    await scene.emit('events:desk:opened', testMessage(GuestMessage, said('bad')));
    await scene.emit('elsewhere', testMessage(GuestMessage, said('unheard')));
    await scene.emit('events:desk:closed', testMessage(GuestMessage, said('two')));
    await scene.emit('news', [1, null]);
    const { heard } = scene.consumer.app.get(Listener);
    await waitFor(() => heard.length === 3, { describe: 'three broadcasts' });
    expect(heard.filter((line) => line.startsWith('events'))).toEqual([
      'events:desk:opened one',
      'events:desk:closed two',
    ]);
    expect(heard).toContain('news [1,null]');
  });
});

it('one server serves all four at once, and after it is closed its connections are gone', async () => {
  @Controller()
  class All {
    readonly got: string[] = [];

    @StreamHandler(GuestMessage, 'g')
    stream(batch: Envelope<GuestMessage>[]): void {
      this.got.push(...batch.map(() => 'stream'));
    }

    @WorkHandler('work')
    work(_body: unknown): void {
      this.got.push('work');
    }

    @TopicHandler('topic')
    topic(_body: unknown): void {
      this.got.push('topic');
    }

    @RequestHandler('request')
    request(): string {
      this.got.push('request');
      return 'answered';
    }
  }
  await scene.start([All]);
  await scene.consumer.publish(GuestMessage, said('hello'));
  await scene.emit({ queue: 'work' }, 1);
  await scene.emit({ topic: 'topic' }, 1);
  expect(await scene.ask('request', 1)).toBe('answered');
  const { got } = scene.consumer.app.get(All);
  await waitFor(() => got.length === 4, { describe: 'all four' });
  expect(got.sort()).toEqual(['request', 'stream', 'topic', 'work']);
  await scene.consumer.stop();
  await waitFor(
    async () => !String(await askRedis(scene.redis, ['CLIENT', 'LIST'])).includes('name=consumer-under-test'),
    {
      describe: 'no connection left',
    },
  );
});
