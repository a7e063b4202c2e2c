import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { openErrorPassage } from '../nest/handlers/error-passage.js';
import { SWITCHBOARD } from '../nest/handlers/handler-decorator.js';
import { type BodyClass, type HandlerExtras } from '../nest/handlers/handler-extras.js';
import { HandlerRegistry, type RegisteredHandler } from '../nest/handlers/handler-registry.js';

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

  streamHandler(messageClass: BodyClass, group: string | undefined): RegisteredHandler {
    return this.only(`of ${messageClass.name}`, ({ extras }) => {
      if (extras.kind !== 'stream' || extras.messageClass !== messageClass) return false;
      return group === undefined || extras.group === group;
    });
  }

  requestHandler(address: string): RegisteredHandler {
    return this.only(`at ${address}`, ({ extras }) => extras.kind === 'request' && extras.address === address);
  }

  private only(what: string, fits: (handler: RegisteredHandler) => boolean): RegisteredHandler {
    const found = this.registry.all.filter(fits);
    const [handler] = found;
    if (handler && found.length === 1) return handler;
    const names = this.registry.all.map(({ extras }) => extras.owner).join(', ') || 'none';
    throw new Error(`There ${handler ? 'are several handlers' : 'is no handler'} ${what} among ${names}.`);
  }
}
