import { consumerDefaults, type DeliveryObserver } from '@switchboard/delivery';
import { type HandlerContext } from '../contexts/handler-context.js';
import { type CallHandler } from '../handlers/call-handler.js';
import { type RegisteredHandler } from '../handlers/handler-registry.js';
import { RequestServing } from './request.serving.js';
import { type ServedPattern } from './served-pattern.js';
import { type ConsumerSettings, StreamServing } from './stream.serving.js';
import { StreamTurns, type TurnSettings } from './stream-turns.js';
import { TopicServing } from './topic.serving.js';
import { type TransportParts } from './transport-parts.js';
import { WorkServing } from './work.serving.js';

/** What handlers are served with. */
export interface ServingUse extends TurnSettings {
  readonly parts: TransportParts;
  readonly call: CallHandler;
  readonly member: string;
  readonly settings: ConsumerSettings;
  readonly observer: DeliveryObserver;
  /** Something went wrong that nobody repeats. */
  readonly failed: (error: unknown) => void;
}

/** The one place that knows which decorator is served how. */
export function servingOf({ handler, extras }: RegisteredHandler, use: ServingUse): ServedPattern {
  const { parts, call, member, settings, observer, failed, around } = use;
  const graceMs = settings.drainMs ?? consumerDefaults.drainMs;
  const run = (body: unknown, context: HandlerContext): Promise<unknown> => call(handler, body, context);
  switch (extras.kind) {
    case 'stream': {
      const turns = new StreamTurns(handler, call, use);
      return new StreamServing(extras, { store: parts.store, turns, member, settings, observer });
    }
    case 'work': {
      const queue = parts.queue(extras.queue);
      const publish = parts.publisher.publish.bind(parts.publisher);
      return new WorkServing(extras, { queue, member, graceMs, publish, run: aroundBody(run, around) });
    }
    case 'topic':
      return new TopicServing(extras, { topics: parts.topics, graceMs, run, failed });
    case 'request':
      return new RequestServing(extras, { requests: parts.requests, graceMs, run });
  }
}

/** The same call within the application's own context, by the message's correlation id where there is one. */
function aroundBody(
  run: (body: unknown, context: HandlerContext) => Promise<unknown>,
  around: TurnSettings['around'],
): typeof run {
  if (!around) return run;
  return (body, context) => {
    const { correlation_id = '' } = (body ?? {}) as { correlation_id?: string };
    return around(correlation_id, async () => void (await run(body, context)));
  };
}
