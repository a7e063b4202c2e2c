import { context, SpanKind, trace } from '@opentelemetry/api';
import { beginSpan, inSpan } from './span.js';
import { currentTraceparent, traceContextOf } from './trace-context.js';
import { isTracing } from './tracing-switch.js';

/** What a message says of itself that a span needs. */
export interface TracedMessage {
  readonly correlation_id: string;
  readonly traceparent?: string | undefined;
}

/** Where a turn's messages come from. */
export interface TurnPlace {
  readonly stream: string;
  readonly group: string;
}

/*
 * Attributes and names follow https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/. Ids of messages
 * and conversations hold phone numbers, so the correlation id stands in their place, as the conventions allow.
 */

const SYSTEM = { 'messaging.system': 'redis' } as const;

/** Runs the sending of a message to a stream; the message is to carry `traceparent`. */
export function sendingSpan<T>(
  stream: string,
  correlationId: string,
  send: (traceparent: string | undefined) => Promise<T>,
): Promise<T> {
  if (!isTracing()) return send(undefined);
  const attributes = {
    ...SYSTEM,
    'messaging.operation.type': 'send',
    'messaging.operation.name': 'send',
    'messaging.destination.name': stream,
    'messaging.message.conversation_id': correlationId,
  };
  const options = { kind: SpanKind.PRODUCER, attributes };
  return inSpan(`send ${stream}`, options, context.active(), () => send(currentTraceparent()));
}

/** The making of a message that is sent later, with the end of a turn; the message is to carry `traceparent`. */
export function creatingSpan<T>(
  stream: string,
  correlationId: string,
  create: (traceparent: string | undefined) => T,
): T {
  if (!isTracing()) return create(undefined);
  const attributes = {
    ...SYSTEM,
    'messaging.operation.type': 'create',
    'messaging.operation.name': 'create',
    'messaging.destination.name': stream,
    'messaging.message.conversation_id': correlationId,
  };
  const active = context.active();
  const span = beginSpan(`create ${stream}`, { kind: SpanKind.PRODUCER, attributes }, active);
  try {
    return context.with(trace.setSpan(active, span), () => create(currentTraceparent()));
  } finally {
    span.end();
  }
}

/**
 * Runs a turn. It continues the trace of the batch's oldest message, as what the turn emits does, and is linked to all
 * of them.
 */
export function turnSpan<T>(
  { stream, group }: TurnPlace,
  batch: readonly TracedMessage[],
  work: () => Promise<T>,
): Promise<T> {
  if (!isTracing()) return work();
  const [first] = batch;
  const attributes = {
    ...SYSTEM,
    'messaging.operation.type': 'process',
    'messaging.operation.name': 'process',
    'messaging.destination.name': stream,
    'messaging.consumer.group.name': group,
    'messaging.batch.message_count': batch.length,
    'messaging.message.conversation_id': first?.correlation_id ?? '',
  };
  const options = { kind: SpanKind.CONSUMER, attributes, links: linksTo(batch) };
  return inSpan(`process ${stream}`, options, traceContextOf(first ?? {}), work);
}

function linksTo(batch: readonly TracedMessage[]) {
  return batch.flatMap((message) => {
    const spanContext = message.traceparent && trace.getSpanContext(traceContextOf(message));
    return spanContext ? [{ context: spanContext }] : [];
  });
}
