import { type DynamicModule, type ModuleMetadata, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { consumerDefaults, outcomeOf } from '@switchboard/delivery';
import { check } from '@switchboard/message-schema';
import { RequestTurn } from '../nest/contexts/request-turn.js';
import { callHandler } from '../nest/handlers/call-handler.js';
import { type RegisteredHandler } from '../nest/handlers/handler-registry.js';
import { readBatch } from '../nest/serving/read-batch.js';
import { StreamTurns } from '../nest/serving/stream-turns.js';
import { type FakeTurn } from './fake-turn.js';
import { HandlersServer } from './handlers.server.js';
import { type TestOutcome } from './test-outcome.js';

/** A module, or what one is made of: `{ controllers: [GuestController], providers: [] }`. */
export type HandlerModule = Type | DynamicModule | ModuleMetadata;

/** A module's handlers without any Redis: calls go through guards, pipes, interceptors and filters. */
export interface OpenHandlers {
  /** Runs the handler of the turn's message class; `group` where there are several. */
  run(turn: FakeTurn, group?: string): Promise<TestOutcome>;
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
    ask: async (address, request) => ask(strategy.requestHandler(address), address, request),
    close: () => app.close(),
  };
}

async function runTurn({ handler, extras }: RegisteredHandler, turn: FakeTurn): Promise<TestOutcome> {
  const { batch, unreadable } = readBatch(turn.messageClass, turn.messages);
  turn.unreadable.push(...unreadable.map(({ message }) => message));
  try {
    if (batch.length === 0) throw unreadable[0]?.error ?? new Error('a turn has at least one message');
    await new StreamTurns(handler, callHandler, {}).run(turn, batch);
    return { kind: 'done' };
  } catch (error) {
    const tuned = extras.kind === 'stream' ? extras.tuning.retry : undefined;
    const attempt = turn.messages[0]?.attempt ?? 1;
    return { ...outcomeOf(error, attempt, tuned ?? consumerDefaults.retry), error };
  }
}

async function ask({ handler, extras }: RegisteredHandler, address: string, request: unknown): Promise<unknown> {
  if (extras.kind !== 'request') throw new Error(`${extras.owner} takes no requests`);
  const body: unknown = JSON.parse(JSON.stringify(request ?? null));
  if (extras.requestClass) check(extras.requestClass, body);
  const answer = await callHandler(handler, body, new RequestTurn(address, new AbortController().signal, Infinity));
  return extras.responseClass ? check(extras.responseClass, answer) : answer;
}
