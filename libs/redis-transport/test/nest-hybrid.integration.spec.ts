import { type AddressInfo, type Server } from 'node:net';
import { Catch, Controller, type ExceptionFilter, Get } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, MessagePattern, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { RetryLater } from '@switchboard/delivery';
import { type Envelope, GuestMessage, Streams } from '@switchboard/message-schema';
import { startRedis, unfinishedEntries, waitFor } from '@switchboard/testing';
import { firstValueFrom, type Observable, tap, throwError } from 'rxjs';
import { type TurnContext } from '../src/nest/contexts/turn-context.js';
import { StreamHandler } from '../src/nest/handlers/stream-handler.decorator.js';
import { RedisServer } from '../src/nest/redis.server.js';
import { startConsumer } from '../src/testing/start-consumer.js';
import { said } from './nest-guest.js';
import { NestScene } from './nest-scene.js';

const scene = NestScene.forTests();

type Batch = Envelope<GuestMessage>[];

@Catch(RangeError)
class LaterFilter implements ExceptionFilter {
  catch(): Observable<never> {
    return throwError(() => new RetryLater(1));
  }
}

describe('a hybrid application', () => {
  let finish: (() => void) | undefined;
  let began: Promise<void>;
  let begin: () => void;

  @Controller()
  class Slow {
    @StreamHandler(GuestMessage, 'g')
    async on(_batch: Batch, turn: TurnContext): Promise<void> {
      begin();
      await new Promise<void>((resolve) => {
        finish = resolve;
        turn.signal.addEventListener('abort', () => resolve(), { once: true });
      });
      turn.signal.throwIfAborted();
    }
  }

  async function start(graceMs: number): Promise<{ app: NestFastifyApplication; server: RedisServer }> {
    began = new Promise((resolve) => (begin = resolve));
    finish = undefined;
    class App {}
    const adapter = new FastifyAdapter();
    const app = await NestFactory.create<NestFastifyApplication>({ module: App, controllers: [Slow] }, adapter, {
      logger: false,
      abortOnError: false,
    });
    const server = new RedisServer({
      redis: { url: scene.redis.url, keyPrefix: scene.keyPrefix },
      partitions: 1,
      graceMs,
    });
    app.connectMicroservice({ strategy: server });
    await app.listen(0, '127.0.0.1');
    await app.startAllMicroservices();
    return { app, server };
  }

  /** Publishes through another process’s eyes. */
  async function publish(): Promise<string> {
    const publisher = await startConsumer(
      { controllers: [] },
      { redisUrl: scene.redis.url, keyPrefix: scene.keyPrefix },
    );
    const { message_id } = await publisher.publish(GuestMessage, said('hello'));
    await publisher.stop();
    return message_id;
  }

  it('closes only after the running handler is done, and says connected and disconnected', async () => {
    const { app, server } = await start(10_000);
    const states: string[] = [];
    server.status.subscribe((status) => states.push(status));
    await publish();
    await began;
    const closed = app.close();
    let over = false;
    void closed.then(() => (over = true));
    await waitFor(() => finish !== undefined, { describe: 'the handler runs' });
    expect(over).toBe(false);
    finish?.();
    await closed;
    expect(await unfinished()).toBe(0);
    expect(states).toEqual(['connected', 'disconnected']);
  });

  it('gives back what does not end within the grace period, and another process handles it', async () => {
    const { app } = await start(200);
    await publish();
    await began;
    await app.close();
    expect(await unfinished()).toBe(1);
    const next = await start(5_000);
    await began;
    finish?.();
    await next.app.close();
    expect(await unfinished()).toBe(0);
  });

  it('hands its global guards, interceptors and filters on to handlers, and serves HTTP beside them', async () => {
    const seen: string[] = [];
    @Controller()
    class Both {
      private failures = 1;

      @StreamHandler(GuestMessage, 'g')
      on(batch: Batch): void {
        seen.push('handler');
        if (this.failures-- > 0) throw new RangeError(batch[0]?.message_id);
      }

      @Get('hello')
      hello(): string {
        return 'hello';
      }
    }
    class App {}
    const app = await NestFactory.create<NestFastifyApplication>(
      { module: App, controllers: [Both] },
      new FastifyAdapter(),
      { logger: false, abortOnError: false },
    );
    app.useGlobalGuards({ canActivate: (context) => seen.push(`guard ${context.getType()}`) > 0 });
    app.useGlobalInterceptors({
      intercept: (_context, next) => next.handle().pipe(tap({ complete: () => seen.push('interceptor') })),
    });
    app.useGlobalFilters(new LaterFilter());
    const server = new RedisServer({ redis: { url: scene.redis.url, keyPrefix: scene.keyPrefix }, partitions: 1 });
    app.connectMicroservice({ strategy: server }, { inheritAppConfig: true });
    await app.listen(0, '127.0.0.1');
    await app.startAllMicroservices();
    await publish();
    await waitFor(() => seen.length === 5, { describe: 'both attempts' });
    expect(seen).toEqual(['guard rpc', 'handler', 'guard rpc', 'handler', 'interceptor']);
    expect(await (await fetch(`${await app.getUrl()}/hello`)).text()).toBe('hello');
    await app.close();
    expect(await unfinished()).toBe(0);
  });

  it('keeps its handlers apart from those of another transport, and runs Nest’s processing hooks', async () => {
    const seen: string[] = [];
    @Controller()
    class Mixed {
      @StreamHandler(GuestMessage, 'g')
      on(_batch: Batch): void {
        seen.push('handler');
      }

      @MessagePattern('sum', Transport.TCP)
      sum(numbers: number[]): number {
        return numbers.reduce((sum, number) => sum + number, 0);
      }
    }
    class App {}
    const app = await NestFactory.create<NestFastifyApplication>(
      { module: App, controllers: [Mixed] },
      new FastifyAdapter(),
      { logger: false, abortOnError: false },
    );
    const strategy = new RedisServer({ redis: { url: scene.redis.url, keyPrefix: scene.keyPrefix }, partitions: 1 });
    strategy.setOnProcessingStartHook((_transport, _context, done) => {
      seen.push('start');
      void done();
    });
    strategy.setOnProcessingEndHook(() => seen.push('end'));
    app.connectMicroservice({ strategy });
    const tcp = app.connectMicroservice<MicroserviceOptions>({
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port: 0 },
    });
    await app.init();
    await app.startAllMicroservices();
    expect(strategy.getHandlers().size).toBe(1);
    await publish();
    await waitFor(() => seen.includes('end'), { describe: 'the end of the turn' });
    expect(seen).toEqual(['start', 'handler', 'end']);
    const { port } = tcp.unwrap<Server>().address() as AddressInfo;
    const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port } });
    expect(await firstValueFrom(client.send('sum', [1, 2]))).toBe(3);
    await client.close();
    await app.close();
  });

  it('is not ready while Redis does not answer, and says so', async () => {
    const own = await startRedis();
    class App {}
    @Controller()
    class Idle {
      @StreamHandler(GuestMessage, 'g')
      on(_batch: Batch): void {}
    }
    const strategy = new RedisServer({
      redis: { url: own.url, keyPrefix: scene.keyPrefix },
      partitions: 1,
      consumer: { leaseTtlMs: 400 },
    });
    const app = await NestFactory.createMicroservice(
      { module: App, controllers: [Idle] },
      { strategy, logger: false, abortOnError: false },
    );
    const states: string[] = [];
    strategy.status.subscribe((status) => states.push(status));
    await app.listen();
    expect(() => strategy.check()).not.toThrow();
    await own.stop();
    await waitFor(() => states.includes('disconnected'), { describe: 'disconnected', timeoutMs: 10_000 });
    expect(() => strategy.check()).toThrow('a consumer does not reach its store');
    await app.close();
  });
});

/** Messages that the group has not acknowledged. */
function unfinished(): Promise<number> {
  return unfinishedEntries(scene.redis, `${scene.keyPrefix}${Streams.inbound}:{p0}`, 'g');
}
