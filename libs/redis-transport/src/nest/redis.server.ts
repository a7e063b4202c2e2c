import { type BaseRpcContext, type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { type DeliveryObserver } from '@switchboard/delivery';
import { type HandlerContext } from './contexts/handler-context.js';
import { callHandler, type CallHandler } from './handlers/call-handler.js';
import { openErrorPassage } from './handlers/error-passage.js';
import { SWITCHBOARD } from './handlers/handler-decorator.js';
import { type HandlerExtras } from './handlers/handler-extras.js';
import { type HandlerObserver } from './handler-observer.js';
import { HandlerRegistry } from './handlers/handler-registry.js';
import { memberName } from './member-name.js';
import { servingOf } from './serving/serving-of.js';
import { type ConsumerSettings } from './serving/stream.serving.js';
import { type Around } from './serving/stream-turns.js';
import { type ServedPattern } from './serving/served-pattern.js';
import { StatusWatch } from './serving/status-watch.js';
import { type TransportAccess, TransportParts } from './serving/transport-parts.js';

export interface RedisServerOptions extends TransportAccess {
  /** Unique name of this process among the members of its groups; made up by default. */
  readonly member?: string;
  /** What holds for all stream handlers of this service unless the decorator says otherwise. */
  readonly consumer?: ConsumerSettings;
  /** Hears of streams and their handlers. */
  readonly observer?: DeliveryObserver;
  /** Hears of the handlers of work, topics and requests; those that fail are logged besides. */
  readonly handlerObserver?: HandlerObserver;
  /** Wraps every call of a handler, for example in a correlation context; the id is empty where the message has none. */
  readonly around?: Around;
  /** Longest wait of `close` for handlers that were begun; 20 s by default. What is left is given back. */
  readonly graceMs?: number;
}

/** Whether Redis can be reached; the server's `status` tells of changes. */
export type RedisServerStatus = 'connected' | 'disconnected';

type StartHook = Parameters<Server['setOnProcessingStartHook']>[0];
type EndHook = Parameters<Server['setOnProcessingEndHook']>[0];

/**
 * Nest transport strategy over Redis: ordered batched streams (`@StreamHandler`), work queues (`@WorkHandler`), broadcasts
 * (`@TopicHandler`) and requests (`@RequestHandler`), in a microservice or a hybrid application.
 */
export class RedisServer extends Server<Record<string, never>, RedisServerStatus> implements CustomTransportStrategy {
  override readonly transportId = SWITCHBOARD;
  // What a handler throws reaches the engine, which reports it; Nest need not log it, too.
  override readonly propagatesEventHandlerErrors = true;
  private readonly registry = new HandlerRegistry();
  private readonly parts: TransportParts;
  private readonly watch = new StatusWatch(
    () => this.check(),
    (status) => this._status$.next(status),
  );
  private served: ServedPattern[] = [];
  private hooked = false;

  constructor(private readonly options: RedisServerOptions) {
    super();
    openErrorPassage();
    const partitions = options.partitions ?? options.consumer?.partitions;
    this.parts = new TransportParts({ ...options, ...(partitions === undefined ? {} : { partitions }) });
  }

  override addHandler(pattern: unknown, handler: MessageHandler, isEvent = false, extras: object = {}): void {
    this.registry.add(this.normalizePattern(pattern as string), handler, extras as Partial<HandlerExtras>);
    super.addHandler(pattern, handler, isEvent, extras);
  }

  /** Begins to serve; the callback gets the error that stops the start. */
  listen(callback: (error?: unknown) => void): void {
    this.begin().then(() => callback(), callback);
  }

  /** Takes nothing new, lets handlers finish within the grace period and gives the rest back. */
  async close(): Promise<void> {
    this.watch.stop();
    await Promise.all(this.served.map((pattern) => pattern.stop()));
    this.served = [];
    await this.parts.close();
  }

  /** Throws when messages cannot arrive; for readiness. */
  check(): void {
    for (const pattern of this.served) pattern.check();
  }

  on(): void {
    throw new Error('This strategy emits no events; subscribe to its `status` or pass an observer instead.');
  }

  /** The store of streams. */
  unwrap<T>(): T {
    return this.parts.store as T;
  }

  override setOnProcessingStartHook(hook: StartHook): void {
    this.hooked = true;
    super.setOnProcessingStartHook(hook);
  }

  override setOnProcessingEndHook(hook: EndHook): void {
    this.hooked = true;
    super.setOnProcessingEndHook(hook);
  }

  private async begin(): Promise<void> {
    const { faults, all } = this.registry;
    if (faults.length > 0) throw new Error(faults.join(' '));
    const { member = memberName(), graceMs, consumer, around, streamNames, observer = {} } = this.options;
    const audience = { observer: this.options.handlerObserver ?? {}, warn: (line: string) => this.logger.warn(line) };
    const settings = { ...consumer, ...(graceMs === undefined ? {} : { drainMs: graceMs }) };
    const use = { member, settings, around, streamNames, observer, audience, parts: this.parts, call: this.call };
    this.served = all.map((registered) => servingOf(registered, use));
    try {
      await Promise.all(this.served.map((pattern) => pattern.start()));
    } catch (error) {
      await this.close();
      throw error;
    }
    this.watch.start();
  }

  private readonly call: CallHandler = (handler, body, context) =>
    this.hooked ? this.callWithHooks(handler, body, context) : callHandler(handler, body, context);

  private callWithHooks(handler: MessageHandler, body: unknown, context: HandlerContext): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.onProcessingStartHook(SWITCHBOARD, context as unknown as BaseRpcContext, async () => {
        const end = this.createProcessingEndHookRunner(context as unknown as BaseRpcContext);
        await callHandler(handler, body, context).then(resolve, reject).finally(end);
      });
    });
  }
}
