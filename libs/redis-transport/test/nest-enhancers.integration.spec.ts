import {
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExecutionContext,
  type ExceptionFilter,
  Inject,
  Injectable,
  type NestInterceptor,
  type PipeTransform,
  Scope,
  UseFilters,
  UseGuards,
  UseInterceptors,
  ValidationPipe,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { Ctx, Payload } from '@nestjs/microservices';
import { AgentReply, type Envelope, GuestMessage } from '@switchboard/message-schema';
import { RetryLater, Unrecoverable } from '@switchboard/delivery';
import { type PrivateRedis, startRedis } from '@switchboard/testing';
import { map, type Observable, of, tap, throwError } from 'rxjs';
import { TurnContext } from '../src/nest/contexts/turn-context.js';
import { StreamHandler } from '../src/nest/handlers/stream-handler.decorator.js';
import { type HandlerModule } from '../src/testing/open-handlers.js';
import { type RunningConsumer } from '../src/testing/running-consumer.js';
import { startConsumer } from '../src/testing/start-consumer.js';
import { said } from './nest-guest.js';

type Batch = Envelope<GuestMessage>[];

/** What happened, in order. */
let seen: string[];

const texts = (batch: Batch): string => batch.map(({ payload }) => payload.text).join(',');

class Refusing implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    seen.push(`guard ${context.getClass().name} ${context.switchToRpc().getContext<TurnContext>().attempt}`);
    return texts(context.switchToRpc().getData<Batch>()) !== 'forbidden';
  }
}

class Shouting implements PipeTransform {
  transform(value: unknown): unknown {
    if (!Array.isArray(value)) return value;
    return (value as Batch).map((message) => ({
      ...message,
      payload: { ...message.payload, text: message.payload.text.toUpperCase() },
    }));
  }
}

class Around implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    seen.push('before');
    return next.handle().pipe(
      map((answer) => answer as unknown),
      tap({ complete: () => seen.push('after'), error: () => seen.push('after an error') }),
    );
  }
}

class Transient extends Error {}

@Catch(Transient)
class Patient implements ExceptionFilter {
  constructor(private readonly name: string) {}

  catch(_error: Transient, host: ArgumentsHost): Observable<never> {
    const attempt = host.switchToRpc().getContext<TurnContext>().attempt;
    seen.push(`${this.name} caught at attempt ${attempt}`);
    return throwError(() => new RetryLater(5));
  }
}

let redis: PrivateRedis;
let consumer: RunningConsumer;

async function start(module: HandlerModule): Promise<void> {
  consumer = await startConsumer(module, { redisUrl: redis.url, keyPrefix: `${++serial}:` });
}

let serial = 0;

beforeAll(async () => {
  redis = await startRedis();
});
beforeEach(() => {
  seen = [];
});
afterEach(() => consumer?.stop());
afterAll(() => redis?.stop());

describe('on a real Redis', () => {
  it('a guard sees the turn, and what it refuses is a dead letter at once without the handler', async () => {
    @Controller()
    @UseGuards(Refusing)
    class Guarded {
      @StreamHandler(GuestMessage, 'g')
      on(batch: Batch): void {
        seen.push(texts(batch));
      }
    }
    await start({ controllers: [Guarded] });
    const refused = await consumer.publish(GuestMessage, said('forbidden'));
    expect(await consumer.outcomeOf(refused)).toMatchObject({
      kind: 'dead',
      reason: 'unrecoverable',
      error: { name: 'RefusedByGuard' },
    });
    const let_in = await consumer.publish(GuestMessage, said('hello'));
    expect(await consumer.outcomeOf(let_in)).toEqual({ kind: 'done' });
    expect(seen).toEqual(['guard Guarded 1', 'guard Guarded 1', 'hello']);
  });

  it('a pipe transforms the batch, whether or not the parameters are decorated, and the context stays whole', async () => {
    @Controller()
    class Piped {
      @StreamHandler(GuestMessage, 'decorated')
      on(@Payload(new Shouting()) batch: Batch, @Ctx() turn: TurnContext): void {
        seen.push(`${texts(batch)} ${turn.attempt}`);
        turn.emit(AgentReply, reply());
      }

      @StreamHandler(GuestMessage, 'plain')
      plain(batch: Batch, turn: TurnContext): void {
        seen.push(`${texts(batch)} ${turn.attempt}`);
      }
    }
    await start({ controllers: [Piped] });
    const message = await consumer.publish(GuestMessage, said('hello'));
    expect(await consumer.outcomeOf(message, { group: 'decorated' })).toEqual({ kind: 'done' });
    expect(await consumer.outcomeOf(message, { group: 'plain' })).toEqual({ kind: 'done' });
    expect(seen.sort()).toEqual(['HELLO 1', 'hello 1']);
    expect(await consumer.messages(AgentReply)).toHaveLength(1);
  });

  it('a global ValidationPipe leaves the turn what it is', async () => {
    @Controller()
    class Validated {
      @StreamHandler(GuestMessage, 'g')
      on(_batch: Batch, turn: TurnContext): void {
        seen.push(String(turn instanceof TurnContext));
      }
    }
    const pipe = new ValidationPipe({ transform: true, whitelist: true });
    await start({ controllers: [Validated], providers: [{ provide: APP_PIPE, useValue: pipe }] });
    const message = await consumer.publish(GuestMessage, said('hello'));
    expect(await consumer.outcomeOf(message)).toEqual({ kind: 'done' });
    expect(seen).toEqual(['true']);
  });

  it('an interceptor runs around the handler, and the handler’s own error passes it', async () => {
    @Controller()
    class Intercepted {
      @UseInterceptors(Around)
      @StreamHandler(GuestMessage, 'g')
      on(batch: Batch): Observable<string> {
        seen.push(texts(batch));
        if (texts(batch) === 'bad') throw new Unrecoverable('no such room');
        return of('ignored');
      }
    }
    await start({ controllers: [Intercepted] });
    expect(await consumer.outcomeOf(await consumer.publish(GuestMessage, said('good')))).toEqual({ kind: 'done' });
    expect(await consumer.outcomeOf(await consumer.publish(GuestMessage, said('bad')))).toMatchObject({
      kind: 'dead',
      error: { name: 'Unrecoverable', message: 'no such room', code: 'UNRECOVERABLE' },
    });
    expect(seen).toEqual(['before', 'good', 'after', 'before', 'bad', 'after an error']);
  });

  it.each(['above', 'below', 'on the class', 'global'])(
    'a filter %s maps an error it is meant for; others reach the engine as they were thrown',
    async (where) => {
      const filter = new Patient(where);
      const onMethod = where === 'above' || where === 'below' ? [filter] : [];
      let failures = 2;
      const fail = (batch: Batch): void => {
        if (texts(batch) === 'hard') throw Object.assign(new RangeError('too far'), { code: 'UNRECOVERABLE' });
        if (failures-- > 0) throw new Transient('not now');
      };
      @Controller()
      class Above {
        @UseFilters(...onMethod)
        @StreamHandler(GuestMessage, 'g')
        on(batch: Batch): void {
          fail(batch);
        }
      }
      @Controller()
      class Below {
        @StreamHandler(GuestMessage, 'g')
        @UseFilters(filter)
        on(batch: Batch): void {
          fail(batch);
        }
      }
      @Controller()
      class Plain {
        @StreamHandler(GuestMessage, 'g')
        on(batch: Batch): void {
          fail(batch);
        }
      }
      if (where === 'on the class') UseFilters(filter)(Plain);
      const controller = { above: Above, below: Below }[where] ?? Plain;
      const providers = where === 'global' ? [{ provide: APP_FILTER, useValue: filter }] : [];
      await start({ controllers: [controller], providers });
      expect(await consumer.outcomeOf(await consumer.publish(GuestMessage, said('soft')))).toEqual({ kind: 'done' });
      // Each came at attempt 1: what the filter made of the error costs none.
      expect(seen).toEqual([`${where} caught at attempt 1`, `${where} caught at attempt 1`]);
      expect(await consumer.outcomeOf(await consumer.publish(GuestMessage, said('hard')))).toMatchObject({
        kind: 'dead',
        error: { name: 'RangeError', message: 'too far' },
      });
    },
  );

  it('global guards and interceptors run for every handler', async () => {
    @Controller()
    class Plain {
      @StreamHandler(GuestMessage, 'g')
      on(batch: Batch): void {
        seen.push(texts(batch));
      }
    }
    const providers = [
      { provide: APP_GUARD, useClass: Refusing },
      { provide: APP_INTERCEPTOR, useClass: Around },
    ];
    await start({ controllers: [Plain], providers });
    await consumer.outcomeOf(await consumer.publish(GuestMessage, said('hello')));
    expect(seen).toEqual(['guard Plain 1', 'before', 'hello', 'after']);
  });

  it('a request-scoped provider is made anew for each turn, and the error of one that cannot be made reaches the engine', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PerTurn {
      private static made = 0;
      readonly number = ++PerTurn.made;

      constructor() {
        if (this.number === 2) throw Object.assign(new Error('no database'), { code: 'UNRECOVERABLE' });
      }
    }
    @Controller()
    class Scoped {
      constructor(@Inject(PerTurn) private readonly perTurn: PerTurn) {}

      @StreamHandler(GuestMessage, 'g')
      on(batch: Batch): void {
        seen.push(`${texts(batch)} ${this.perTurn.number}`);
      }
    }
    await start({ controllers: [Scoped], providers: [PerTurn] });
    const outcomes = [];
    for (const text of ['a', 'b', 'c']) {
      outcomes.push(await consumer.outcomeOf(await consumer.publish(GuestMessage, said(text))));
    }
    expect(outcomes).toMatchObject([
      { kind: 'done' },
      { kind: 'dead', error: { message: 'no database' } },
      { kind: 'done' },
    ]);
    expect(seen).toEqual(['a 1', 'c 3']);
  });
});

function reply() {
  return {
    from_agent: 'agent:a',
    to_agent: 'guest:v1',
    payload: {
      text: 'ok',
      author: 'bot' as const,
      replyTo: { channel: 'webchat' as const, source: 'demo-webchat', to: 'v1' },
      inReplyTo: ['m1'],
    },
  };
}
