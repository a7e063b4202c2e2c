import { type ClassConstructor } from 'class-transformer';
import { AgentMessage } from './agent-message.js';
import { type CloudEventAttributes, attributesOf, fieldsOf } from './cloud-event-attributes.js';
import { Envelope } from './envelope.js';
import { InvalidMessageError } from './invalid-message-error.js';
import { parseText } from './json-text.js';
import { checkMessage } from './message-check.js';
import { limitValue } from './message-limits.js';
import { type StandardMessage } from './standard-message.js';
import { upcast } from './upcaster.js';

/** A CloudEvent 1.0 in structured JSON mode (`application/cloudevents+json`). */
export interface CloudEvent extends CloudEventAttributes {
  readonly data: object;
}

/** A CloudEvent 1.0 in binary mode. A transport puts its own prefix on the attributes' names (`ce-`, `ce_`). */
export interface BinaryCloudEvent {
  /** Context attributes without the prefix; `datacontenttype` is HTTP's Content-Type. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The payload as JSON. */
  readonly data: string;
}

/**
 * A message as a CloudEvent. Every field that the message's class declares comes back unchanged.
 *
 * @throws InvalidMessageError when a field holds a character that CloudEvents forbids in attributes.
 */
export function toCloudEvent(message: StandardMessage): CloudEvent {
  return { ...attributesOf(message), data: message.payload };
}

/** A message as a CloudEvent in binary mode. @throws InvalidMessageError as toCloudEvent. */
export function toBinaryCloudEvent(message: StandardMessage): BinaryCloudEvent {
  const attributes = Object.entries(attributesOf(message)).map(([name, value]) => [name, String(value)] as const);
  return { attributes: Object.fromEntries(attributes), data: JSON.stringify(message.payload) };
}

/** Reads a CloudEvent as a message of a guest's conversation. @throws InvalidMessageError when it is none. */
export function envelopeFromCloudEvent(event: unknown): Envelope {
  return fromCloudEvent(Envelope, event);
}

/**
 * Reads a CloudEvent as a message between agents; one from elsewhere needs the extension `toagent`.
 *
 * @throws InvalidMessageError when it is none.
 */
export function agentMessageFromCloudEvent(event: unknown): AgentMessage {
  return fromCloudEvent(AgentMessage, event);
}

/** The structured form of a CloudEvent in binary mode. @throws InvalidMessageError when the data is no JSON. */
export function structuredCloudEvent({ attributes, data }: BinaryCloudEvent): object {
  return { ...attributes, data: parseText(data) };
}

function fromCloudEvent<M extends StandardMessage>(wrapper: ClassConstructor<M>, event: unknown): M {
  if (event === null || typeof event !== 'object' || Array.isArray(event)) {
    throw new InvalidMessageError('CloudEvent', [{ field: '(body)', problem: 'must be a JSON object' }]);
  }
  const value = { ...fieldsOf(event as Record<string, unknown>), payload: (event as { data?: unknown }).data };
  limitValue(value);
  const { message, payloadClass } = checkMessage(wrapper, value);
  return payloadClass ? upcast(message, payloadClass) : message;
}
