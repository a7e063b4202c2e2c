import { consumerDefaults, type DeliveryObserver } from '@switchboard/delivery';
import { type HandlerContext } from '../contexts/handler-context.js';
import { type CallHandler } from '../handlers/call-handler.js';
import { type RegisteredHandler } from '../handlers/handler-registry.js';
import { correlationIdOf, HandlerReports, type ReportAudience } from './handler-reports.js';
import { RequestServing } from './request.serving.js';
import { type ServedPattern } from './served-pattern.js';
import { type ConsumerSettings, StreamServing } from './stream.serving.js';
import { StreamTurns, type TurnSettings } from './stream-turns.js';
import { TopicServing } from './topic.serving.js';
import { type TransportParts } from './transport-parts.js';
import { WorkServing } from './work.serving.js';

/** What handlers are served with. */
export interface ServingUse extends Omit<TurnSettings, 'group'> {
  readonly parts: TransportParts;
  readonly call: CallHandler;
  readonly member: string;
  readonly settings: ConsumerSettings;
  readonly observer: DeliveryObserver;
  readonly audience: Omit<ReportAudience, 'around'>;
}

/** The one place that knows which decorator is served how. */
export function servingOf({ handler, extras }: RegisteredHandler, use: ServingUse): ServedPattern {
  const { parts, call, member, settings, observer, around } = use;
  const audience = { ...use.audience, around };
  const graceMs = settings.drainMs ?? consumerDefaults.drainMs;
  const run = aroundBody((body, context) => call(handler, body, context), around);
  switch (extras.kind) {
    case 'stream': {
      const turns = new StreamTurns(handler, call, { ...use, group: extras.group });
      return new StreamServing(extras, { store: parts.store, turns, member, settings, observer });
    }
    case 'work': {
      const queue = parts.queue(extras.queue);
      const publish = parts.publisher.publish.bind(parts.publisher);
      const reports = new HandlerReports(extras, audience);
      return new WorkServing(extras, { queue, member, graceMs, publish, run, reports });
    }
    case 'topic': {
      const reports = new HandlerReports(extras, audience);
      return new TopicServing(extras, { topics: parts.topics, graceMs, run, reports });
    }
    case 'request': {
      const reports = new HandlerReports(extras, audience);
      return new RequestServing(extras, { requests: parts.requests, graceMs, run, reports });
    }
  }
}

/** The same call within the application's own context, by the message's correlation id where there is one. */
function aroundBody(
  run: (body: unknown, context: HandlerContext) => Promise<unknown>,
  around: TurnSettings['around'],
): typeof run {
  if (!around) return run;
  return async (body, context) => {
    let answer: unknown;
    await around(correlationIdOf(body) ?? '', async () => {
      answer = await run(body, context);
    });
    return answer;
  };
}
