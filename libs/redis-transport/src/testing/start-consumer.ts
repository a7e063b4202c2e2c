import { type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { consumerDefaults, Publisher } from '@switchboard/delivery';
import { RedisConnections } from '../connections/redis-connections.js';
import { RedisServer, type RedisServerOptions } from '../nest/redis.server.js';
import { RedisTransportModule } from '../nest/redis-transport.module.js';
import { RedisStreamStore, storeDefaults } from '../streams/redis-stream-store.js';
import { asModule, type HandlerModule } from './open-handlers.js';
import { RunningConsumer } from './running-consumer.js';

type ServerOptions = Pick<RedisServerOptions, 'consumer' | 'queues' | 'around' | 'graceMs' | 'handlerObserver'>;

export interface ConsumerTestOptions extends ServerOptions {
  /** A Redis that belongs to the test. */
  readonly redisUrl: string;
  /** `test:` by default. */
  readonly keyPrefix?: string;
  /** 1 by default: fewer keys to look at. */
  readonly partitions?: number;
  readonly streamNames?: Readonly<Record<string, string>>;
}

/** The module that holds the tested one and the transport. */
class ConsumerUnderTest {}

/**
 * Starts a module's handlers on a real Redis, within the test's process, with the transport (`MessagePublisher` …) that a
 * service would give it. Retries come quickly unless `consumer` says otherwise.
 */
export async function startConsumer(module: HandlerModule, options: ConsumerTestOptions): Promise<RunningConsumer> {
  const { redisUrl, keyPrefix = 'test:', partitions = 1, streamNames = {}, ...use } = options;
  const redis = { url: redisUrl, keyPrefix };
  const connections = new RedisConnections(redis, 'consumer-under-test');
  const store = new RedisStreamStore(connections, { ...storeDefaults, partitions });
  const server = new RedisServer({
    ...use,
    connections,
    store,
    streamNames,
    partitions,
    consumer: { retry: { ...consumerDefaults.retry, minBackoffMs: 5, maxBackoffMs: 50 }, partitions, ...use.consumer },
  });
  const transport = { redis, clientName: 'consumer-under-test', store: { partitions }, streamNames };
  const root: DynamicModule = {
    module: ConsumerUnderTest,
    imports: [RedisTransportModule.forRoot(transport), asModule(module)],
  };
  const app = await NestFactory.createMicroservice(root, { strategy: server, logger: false, abortOnError: false });
  const consumer = new RunningConsumer({
    app,
    server,
    connections,
    publisher: new Publisher(store),
    streamNames,
    partitions,
  });
  try {
    await app.listen();
  } catch (error) {
    await consumer.stop();
    throw error;
  }
  return consumer;
}
