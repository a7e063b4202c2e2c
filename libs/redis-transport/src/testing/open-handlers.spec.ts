import { Controller, Injectable, Module, type PipeTransform, UsePipes } from '@nestjs/common';
import { RetryLater, Unrecoverable } from '@switchboard/delivery';
import { type Envelope, GuestMessage } from '@switchboard/message-schema';
import { IsString } from 'class-validator';
import { type TurnContext } from '../nest/contexts/turn-context.js';
import { RequestHandler } from '../nest/handlers/request-handler.decorator.js';
import { StreamHandler } from '../nest/handlers/stream-handler.decorator.js';
import { fakeTurn, type TestDraft } from './fake-turn.js';
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

  @RequestHandler('weather', Question)
  weather({ city }: Question): object {
    return { city };
  }
}

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

  it('answer requests, checked as those over Redis', async () => {
    expect(await handlers.ask('weather', { city: 'Rome' })).toEqual({ city: 'Rome' });
    await expect(handlers.ask('weather', {})).rejects.toMatchObject({ code: 'INVALID_MESSAGE' });
  });

  it('must be named when there are several, and exist', async () => {
    await expect(handlers.run(fakeTurn(GuestMessage, [said('a')]))).rejects.toThrow(
      'There are several handlers of GuestMessage among Desk.on, Desk.loud, Desk.weather.',
    );
    await expect(handlers.ask('nowhere')).rejects.toThrow('There is no handler at nowhere');
  });

  it('a draft that does not fit its class is refused where it is written', () => {
    expect(() => fakeTurn(GuestMessage, [{ payload: {} as GuestMessage }])).toThrow('GuestMessage is not valid');
  });
});
