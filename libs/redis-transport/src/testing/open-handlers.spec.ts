import { Controller, Injectable, Module, type PipeTransform, UsePipes } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { RetryLater, Unavailable, Unrecoverable } from '@switchboard/delivery';
import { AgentReply, type AuditRecord, type Envelope, GuestMessage, Streams } from '@switchboard/message-schema';
import { IsString } from 'class-validator';
import { type TopicContext } from '../nest/contexts/topic-context.js';
import { type TurnContext } from '../nest/contexts/turn-context.js';
import { type WorkContext } from '../nest/contexts/work-context.js';
import { RequestHandler } from '../nest/handlers/request-handler.decorator.js';
import { StreamHandler } from '../nest/handlers/stream-handler.decorator.js';
import { TopicHandler } from '../nest/handlers/topic-handler.decorator.js';
import { WorkHandler } from '../nest/handlers/work-handler.decorator.js';
import { fakeItem } from './fake-item.js';
import { fakeTurn, type TestDraft, testMessage } from './fake-turn.js';
import { openHandlers, type OpenHandlers } from './open-handlers.js';

class Question {
  @IsString()
  city!: string;
}

class Shouting implements PipeTransform {
  transform(value: unknown): unknown {
    return Array.isArray(value)
      ? value.map(({ payload }: Envelope<GuestMessage>) => payload.text.toUpperCase())
      : value;
  }
}

@Injectable()
class Notes {
  readonly taken: unknown[] = [];
}

@Controller()
class Desk {
  constructor(private readonly notes: Notes) {}

  @StreamHandler(GuestMessage, 'g', { retry: { maxAttempts: 2, minBackoffMs: 1, maxBackoffMs: 2 } })
  on(batch: Envelope<GuestMessage>[], turn: TurnContext): void {
    this.notes.taken.push(batch.map(({ payload }) => payload.text));
    const text = batch[0]?.payload.text;
    if (text === 'fail') throw new Error('no');
    if (text === 'final') throw new Unrecoverable('never');
    if (text === 'later') throw new RetryLater(70);
    turn.signal.throwIfAborted();
  }

  @StreamHandler(GuestMessage, 'loud')
  @UsePipes(Shouting)
  loud(batch: Envelope<GuestMessage>[]): void {
    this.notes.taken.push(batch);
  }

  @WorkHandler(GuestMessage, { queue: 'desk' })
  work({ payload: { text, replyTo } }: Envelope<GuestMessage>, item: WorkContext): void {
    this.notes.taken.push(`${text} ${item.priority} ${item.attempt}`);
    if (text === 'fail') throw new Error('no');
    if (text === 'full') throw new Unavailable('the stream is full', 70);
    item.audit(auditRecord);
    item.emit(AgentReply, {
      from_agent: 'agent:desk',
      to_agent: 'guest:v1',
      payload: { text: 'ok', author: 'bot', replyTo, inReplyTo: [] },
    });
  }

  @WorkHandler('plain')
  plain(@Payload() body: unknown, item: WorkContext): void {
    this.notes.taken.push([body, item.queue]);
  }

  @TopicHandler('events:*', GuestMessage)
  heard({ payload }: Envelope<GuestMessage>, @Ctx() { topic }: TopicContext): void {
    this.notes.taken.push(`${topic} ${payload.text}`);
    if (payload.text === 'fail') throw new RangeError('no');
  }

  @TopicHandler('events:desk')
  heardToo(body: unknown): void {
    this.notes.taken.push(typeof body);
  }

  @RequestHandler('weather', Question)
  weather({ city }: Question): object {
    return { city };
  }
}

const auditRecord: AuditRecord = {
  service: 'desk',
  action: 'handled',
  messageId: 'm1',
  conversationId: 'c1',
  propertyId: 'demo',
  correlationId: 'trace-1',
  timestamp: '2026-01-02T03:04:05.678Z',
};

const notes = new Notes();

@Module({ controllers: [Desk], providers: [{ provide: Notes, useValue: notes }] })
class DeskModule {}

function said(text: string): TestDraft<GuestMessage> {
  const replyTo = { channel: 'webchat', source: 'demo-webchat', to: 'v1' } as const;
  const providerTimestamp = '2026-01-02T03:04:05.678Z';
  return { payload: { text, attachments: [], replyTo, providerMessageId: 'm', providerTimestamp } };
}

describe('handlers without Redis', () => {
  let handlers: OpenHandlers;

  beforeAll(async () => {
    handlers = await openHandlers(DeskModule);
  });
  beforeEach(() => {
    notes.taken.length = 0;
  });
  afterAll(() => handlers?.close());

  it('run a turn through the pipes of their own group', async () => {
    expect(await handlers.run(fakeTurn(GuestMessage, [said('a'), said('b')]), 'loud')).toEqual({ kind: 'done' });
    expect(notes.taken).toEqual([['A', 'B']]);
  });

  it('answer what the engine would make of a throw', async () => {
    const outcome = (text: string, attempt = 1) => handlers.run(fakeTurn(GuestMessage, [said(text)], { attempt }), 'g');
    expect(await outcome('fail')).toMatchObject({ kind: 'retry', costsAttempt: true });
    expect(await outcome('fail', 2)).toMatchObject({ kind: 'dead', reason: 'attempts exhausted' });
    expect(await outcome('final')).toMatchObject({
      kind: 'dead',
      reason: 'unrecoverable',
      error: { message: 'never' },
    });
    expect(await outcome('later')).toMatchObject({ kind: 'retry', afterMs: 70, costsAttempt: false });
  });

  it('get only what can be read', async () => {
    const turn = fakeTurn(GuestMessage, ['no message', said('a')]);
    expect(await handlers.run(turn, 'g')).toEqual({ kind: 'done' });
    expect(notes.taken).toEqual([['a']]);
    expect(turn.unreadable).toMatchObject([{ id: 'unreadable-1' }]);
  });

  it('see an abort', async () => {
    const turn = fakeTurn(GuestMessage, [said('a')]);
    turn.abort(new Error('moved'));
    expect(await handlers.run(turn, 'g')).toMatchObject({ kind: 'retry', error: { message: 'moved' } });
  });

  it('work on an item; what they leave behind can be seen when it is done', async () => {
    const item = fakeItem(GuestMessage, { ...said('a'), message_id: 'm1' }, { queue: 'desk', priority: 'high' });
    expect(await handlers.work(item)).toEqual({ kind: 'done' });
    expect(notes.taken).toEqual(['a high 1']);
    expect(item.emitted).toMatchObject([{ message_id: 'm1/desk/agent.reply/1', payload: { text: 'ok' } }]);
    expect(item.lines(Streams.auditMessages)).toEqual([auditRecord]);
  });

  it('answer what the queue would make of a throw, and nothing is left behind', async () => {
    const item = (text: string, attempt = 1) => fakeItem(GuestMessage, said(text), { queue: 'desk', attempt });
    expect(await handlers.work(item('fail'))).toMatchObject({ kind: 'retry', costsAttempt: true });
    expect(await handlers.work(item('fail', 5))).toMatchObject({ kind: 'dead', error: { message: 'no' } });
    expect(await handlers.work(item('full'))).toMatchObject({ kind: 'retry', afterMs: 70, costsAttempt: false });
    const broken = fakeItem(GuestMessage, 'no message', { queue: 'desk' });
    expect(await handlers.work(broken)).toMatchObject({ kind: 'dead', error: { code: 'INVALID_MESSAGE' } });
    expect(broken.emitted).toEqual([]);
  });

  it('get their context also where only the message is marked', async () => {
    expect(await handlers.work(fakeItem('plain', { a: 1 }))).toEqual({ kind: 'done' });
    expect(notes.taken).toEqual([[{ a: 1 }, 'plain']]);
  });

  it('hear a broadcast by pattern and by name, and get the message also where only the context is marked', async () => {
    await handlers.hear('events:desk', testMessage(GuestMessage, said('a')));
    expect(notes.taken.sort()).toEqual(['events:desk a', 'object']);
    await expect(handlers.hear('events:b', testMessage(GuestMessage, said('fail')))).rejects.toThrow(RangeError);
    await expect(handlers.hear('events:b', {})).rejects.toMatchObject({ code: 'INVALID_MESSAGE' });
    await expect(handlers.hear('elsewhere', {})).rejects.toThrow('There is no handler of the topic elsewhere');
  });

  it('answer requests, checked as those over Redis', async () => {
    expect(await handlers.ask('weather', { city: 'Rome' })).toEqual({ city: 'Rome' });
    await expect(handlers.ask('weather', {})).rejects.toMatchObject({ code: 'INVALID_MESSAGE' });
  });

  it('must be named when there are several, and exist', async () => {
    await expect(handlers.run(fakeTurn(GuestMessage, [said('a')]))).rejects.toThrow(
      'There are several handlers of GuestMessage among Desk.on, Desk.loud, Desk.work, Desk.plain, Desk.heard, Desk.heardToo, Desk.weather.',
    );
    await expect(handlers.ask('nowhere')).rejects.toThrow('There is no handler at nowhere');
    await expect(handlers.work(fakeItem('nowhere', 1))).rejects.toThrow('There is no handler of the queue nowhere');
  });

  it('a draft that does not fit its class is refused where it is written', () => {
    expect(() => fakeTurn(GuestMessage, [{ payload: {} as GuestMessage }])).toThrow('GuestMessage is not valid');
  });
});
