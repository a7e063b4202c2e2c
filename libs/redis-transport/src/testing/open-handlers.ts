import { type DynamicModule, type ModuleMetadata, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { consumerDefaults, outcomeOf } from '@switchboard/delivery';
import { check } from '@switchboard/message-schema';
import { workQueueDefaults } from '../lists/work-queue-options.js';
import { RequestTurn } from '../nest/contexts/request-turn.js';
import { TopicContext } from '../nest/contexts/topic-context.js';
import { callHandler } from '../nest/handlers/call-handler.js';
import { readBatch } from '../nest/serving/read-batch.js';
import { readMessage } from '../nest/serving/read-body.js';
import { itemOutcome, runItem } from '../nest/serving/run-item.js';
import { StreamTurns } from '../nest/serving/stream-turns.js';
import { type FakeItem } from './fake-item.js';
import { type FakeTurn } from './fake-turn.js';
import { HandlersServer, type Registered } from './handlers.server.js';
import { type TestOutcome } from './test-outcome.js';

/** A module, or what one is made of: `{ controllers: [GuestController], providers: [] }`. */
export type HandlerModule = Type | DynamicModule | ModuleMetadata;

/** A module's handlers without any Redis: calls go through guards, pipes, interceptors and filters. */
export interface OpenHandlers {
  /** Runs the handler of the turn's message class; `group` where there are several. */
  run(turn: FakeTurn, group?: string): Promise<TestOutcome>;
  /** Runs the work handler of the item's queue. */
  work(item: FakeItem): Promise<TestOutcome>;
  /** Lets all handlers hear a broadcast that listen to its topic; rejects with the error of one that fails. */
  hear(topic: string, body: unknown): Promise<void>;
  /** Asks a request handler; rejects with its error. */
  ask(address: string, request?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

/** The class that stands for a module made of its parts. */
class HandlersModule {}

/** A module whatever form it was given in. */
export function asModule(module: HandlerModule): Type | DynamicModule {
  return typeof module === 'function' || 'module' in module ? module : { ...module, module: HandlersModule };
}

/** @throws Error when a handler does not fit the rules that a start would refuse, too */
export async function openHandlers(module: HandlerModule): Promise<OpenHandlers> {
  const strategy = new HandlersServer();
  const app = await NestFactory.createMicroservice(asModule(module), { strategy, logger: false, abortOnError: false });
  try {
    await app.listen();
  } catch (error) {
    await app.close();
    throw error;
  }
  return {
    run: async (turn, group) => runTurn(strategy.streamHandler(turn.messageClass, group), turn),
    work: async (item) => work(strategy.workHandler(item.queue), item),
    hear: async (topic, body) => {
      const text = JSON.stringify(body ?? null);
      await Promise.all(strategy.topicHandlers(topic).map((listener) => hear(listener, topic, text)));
    },
    ask: async (address, request) => ask(strategy.requestHandler(address), address, request),
    close: () => app.close(),
  };
}

async function runTurn({ handler, extras }: Registered<'stream'>, turn: FakeTurn): Promise<TestOutcome> {
  const { batch, unreadable } = readBatch(turn.messageClass, turn.messages);
  turn.unreadable.push(...unreadable.map(({ message }) => message));
  try {
    if (batch.length === 0) throw unreadable[0]?.error ?? new Error('a turn has at least one message');
    await new StreamTurns(handler, callHandler, { group: extras.group }).run(turn, batch);
    return { kind: 'done' };
  } catch (error) {
    const attempt = turn.messages[0]?.attempt ?? 1;
    return { ...outcomeOf(error, attempt, extras.tuning.retry ?? consumerDefaults.retry), error };
  }
}

async function work({ handler, extras }: Registered<'work'>, item: FakeItem): Promise<TestOutcome> {
  try {
    item.done(await runItem(extras, item, (body, context) => callHandler(handler, body, context)));
    return { kind: 'done' };
  } catch (error) {
    return { ...itemOutcome(error, item.attempt, workQueueDefaults.retry), error };
  }
}

async function hear({ handler, extras }: Registered<'topic'>, topic: string, text: string): Promise<void> {
  const body = readMessage(extras.messageClass, text);
  await callHandler(handler, body, new TopicContext(topic, new AbortController().signal));
}

async function ask({ handler, extras }: Registered<'request'>, address: string, request: unknown): Promise<unknown> {
  const body: unknown = JSON.parse(JSON.stringify(request ?? null));
  if (extras.requestClass) check(extras.requestClass, body);
  const answer = await callHandler(
    handler,
    body,
    new RequestTurn({ address, signal: new AbortController().signal, deadlineMs: Infinity }),
  );
  return extras.responseClass ? check(extras.responseClass, answer) : answer;
}
