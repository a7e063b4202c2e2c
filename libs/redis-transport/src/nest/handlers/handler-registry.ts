import { type MessageHandler } from '@nestjs/microservices';
import { describePattern } from './pattern.js';
import { type HandlerExtras } from './handler-extras.js';

/** A method that Nest found, with what its decorator says. */
export interface RegisteredHandler {
  readonly handler: MessageHandler;
  readonly extras: HandlerExtras;
}

/** The handlers of one server, and what is wrong with them, in whole sentences. */
export class HandlerRegistry {
  readonly faults: string[] = [];
  private readonly handlers = new Map<string, RegisteredHandler>();

  get all(): readonly RegisteredHandler[] {
    return [...this.handlers.values()];
  }

  /** @param route how Nest writes the pattern */
  add(route: string, handler: MessageHandler, extras: Partial<HandlerExtras>): void {
    if (!isOurs(extras)) {
      this.faults.push(
        `The handler of ${route} has none of @StreamHandler, @WorkHandler, @TopicHandler and @RequestHandler; ` +
          `if it belongs to another transport, name that in its decorator.`,
      );
      return;
    }
    const before = this.handlers.get(route);
    if (before) this.faults.push(twice(before.extras, extras));
    else this.handlers.set(route, { handler, extras });
  }
}

function isOurs(extras: Partial<HandlerExtras>): extras is HandlerExtras {
  return extras.kind !== undefined && extras.owner !== undefined;
}

function twice(first: HandlerExtras, second: HandlerExtras): string {
  const advice = first.kind === 'stream' ? 'give one of them a group of its own' : 'one of them must go';
  return `${first.owner} and ${second.owner} both handle ${describePattern(first)}: ${advice}.`;
}
