import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { openErrorPassage } from '../nest/handlers/error-passage.js';
import { SWITCHBOARD } from '../nest/handlers/handler-decorator.js';
import { type BodyClass, type HandlerExtras } from '../nest/handlers/handler-extras.js';
import { HandlerRegistry, type RegisteredHandler } from '../nest/handlers/handler-registry.js';
import { globToRegExp, isGlob } from '../topics/glob.js';

type Kind = HandlerExtras['kind'];

/** A handler of one kind. */
export interface Registered<K extends Kind> extends RegisteredHandler {
  readonly extras: Extract<HandlerExtras, { readonly kind: K }>;
}

/** Takes a module's handlers as the real server does, and serves nothing. */
export class HandlersServer extends Server implements CustomTransportStrategy {
  override readonly transportId = SWITCHBOARD;
  override readonly propagatesEventHandlerErrors = true;
  private readonly registry = new HandlerRegistry();

  constructor() {
    super();
    openErrorPassage();
  }

  override addHandler(pattern: unknown, handler: MessageHandler, _isEvent = false, extras: object = {}): void {
    this.registry.add(this.normalizePattern(pattern as string), handler, extras as Partial<HandlerExtras>);
  }

  listen(callback: (error?: unknown) => void): void {
    const { faults } = this.registry;
    callback(faults.length > 0 ? new Error(faults.join(' ')) : undefined);
  }

  close(): void {
    // Nothing was opened.
  }

  on(): void {
    // Nothing happens here.
  }

  unwrap<T>(): T {
    return this.registry as T;
  }

  streamHandler(messageClass: BodyClass, group: string | undefined): Registered<'stream'> {
    const all = this.handlersOf('stream').filter(({ extras }) => extras.messageClass === messageClass);
    return this.only(
      `of ${messageClass.name}`,
      all.filter(({ extras }) => group === undefined || extras.group === group),
    );
  }

  workHandler(queue: string): Registered<'work'> {
    return this.only(
      `of the queue ${queue}`,
      this.handlersOf('work').filter(({ extras }) => extras.queue === queue),
    );
  }

  /** All that listen to a topic, at least one. */
  topicHandlers(topic: string): Registered<'topic'>[] {
    const found = this.handlersOf('topic').filter(({ extras: { pattern } }) =>
      isGlob(pattern) ? globToRegExp(pattern).test(topic) : pattern === topic,
    );
    if (found.length === 0) this.refuse(`of the topic ${topic}`, false);
    return found;
  }

  requestHandler(address: string): Registered<'request'> {
    return this.only(
      `at ${address}`,
      this.handlersOf('request').filter(({ extras }) => extras.address === address),
    );
  }

  private handlersOf<K extends Kind>(kind: K): Registered<K>[] {
    return this.registry.all.filter((handler): handler is Registered<K> => handler.extras.kind === kind);
  }

  private only<K extends Kind>(what: string, found: Registered<K>[]): Registered<K> {
    const [handler] = found;
    return handler && found.length === 1 ? handler : this.refuse(what, handler !== undefined);
  }

  private refuse(what: string, several: boolean): never {
    const names = this.registry.all.map(({ extras }) => extras.owner).join(', ') || 'none';
    throw new Error(`There ${several ? 'are several handlers' : 'is no handler'} ${what} among ${names}.`);
  }
}
