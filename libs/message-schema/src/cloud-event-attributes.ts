import { type AgentMessage } from './agent-message.js';
import { InvalidMessageError } from './invalid-message-error.js';
import { type StandardMessage } from './standard-message.js';

/** Context attributes of a CloudEvent: the required ones, and extensions as strings, integers or booleans. */
export interface CloudEventAttributes {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly [attribute: string]: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** Fields that are attributes as they stand. `expirytime` and `traceparent` are extensions of the CloudEvents project. */
const plain = {
  message_id: 'id',
  message_type: 'type',
  conversation_id: 'subject',
  timestamp: 'time',
  to_agent: 'toagent',
  property_id: 'propertyid',
  correlation_id: 'correlationid',
  causation_id: 'causationid',
  priority: 'priority',
  traceparent: 'traceparent',
  reply_to: 'replyto',
  expires_at: 'expirytime',
} as const satisfies Partial<Record<keyof AgentMessage | 'conversation_id', string>>;

const SOURCE = 'switchboard:';
/** The CloudEvents extension `sequence` wants texts that sort like the numbers; the greatest number has 16 digits. */
const SEQUENCE_DIGITS = 16;

const forbidden = /[\u0000-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffe\uffff]|\p{Surrogate}|\p{Noncharacter_Code_Point}/u;

/** The attributes of a message. @throws InvalidMessageError for a field that CloudEvents cannot carry. */
export function attributesOf(message: StandardMessage): CloudEventAttributes {
  const fields = message as unknown as Fields;
  const attributes: Record<string, unknown> = {
    specversion: '1.0',
    source: sourceOf(message.from_agent),
    datacontenttype: 'application/json',
    dataschema: `${SOURCE}schemas/${escaped(message.message_type)}.v${message.schema_version}.json`,
    schemaversion: message.schema_version,
  };
  for (const [field, attribute] of Object.entries(plain)) {
    if (fields[field] !== undefined) attributes[attribute] = carried(field, fields[field] as string);
  }
  if (message.sequence !== undefined) attributes['sequence'] = String(message.sequence).padStart(SEQUENCE_DIGITS, '0');
  if (fields['ack_required'] !== undefined) attributes['ackrequired'] = fields['ack_required'];
  if (fields['escalation'] !== undefined) attributes['escalation'] = asciiJson(fields['escalation']);
  return attributes as unknown as CloudEventAttributes;
}

/**
 * The fields of a message that a CloudEvent's attributes tell, still unchecked. What events from elsewhere lack has
 * defaults: schema version 1, priority `normal`, the event's id as correlation id.
 *
 * @throws InvalidMessageError for an attribute that is not of its form.
 */
export function fieldsOf(event: Fields): Record<string, unknown> {
  if (event['specversion'] !== '1.0') throw invalid('specversion', 'must be 1.0');
  const contentType = event['datacontenttype'] ?? 'application/json';
  if (typeof contentType !== 'string' || !/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(contentType)) {
    throw invalid('datacontenttype', 'must be JSON');
  }
  const fields: Record<string, unknown> = {
    from_agent: agentOf(event['source']),
    schema_version: integerOf('schemaversion', event['schemaversion'] ?? 1),
    priority: 'normal',
    correlation_id: typeof event['id'] === 'string' ? event['id'].slice(0, 128) : undefined,
    timestamp: new Date().toISOString(),
  };
  for (const [field, attribute] of Object.entries(plain)) {
    if (event[attribute] !== undefined) fields[field] = event[attribute];
  }
  if (event['sequence'] !== undefined) fields['sequence'] = integerOf('sequence', event['sequence']);
  if (event['ackrequired'] !== undefined) fields['ack_required'] = booleanOf('ackrequired', event['ackrequired']);
  if (event['escalation'] !== undefined) fields['escalation'] = jsonOf('escalation', event['escalation']);
  return fields;
}

/** A URI that names the sender. */
function sourceOf(agent: string): string {
  return SOURCE + escaped(carried('from_agent', agent)).replaceAll('%3A', ':');
}

function agentOf(source: unknown): unknown {
  if (typeof source !== 'string' || !source.startsWith(SOURCE)) return source;
  try {
    return decodeURIComponent(source.slice(SOURCE.length));
  } catch {
    throw invalid('source', 'must be a URI');
  }
}

function escaped(text: string): string {
  return encodeURIComponent(carried('message_type', text));
}

function carried(field: string, text: string): string {
  if (forbidden.test(text)) throw invalid(field, 'holds a character that no CloudEvents attribute can carry');
  return text;
}

/** JSON of which every character may stand in an attribute. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function jsonOf(attribute: string, text: unknown): unknown {
  try {
    return JSON.parse(text as string);
  } catch {
    throw invalid(attribute, 'must be JSON');
  }
}

function integerOf(attribute: string, value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^\d{1,16}$/.test(value)) return Number(value);
  throw invalid(attribute, 'must be a whole number');
}

function booleanOf(attribute: string, value: unknown): boolean {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw invalid(attribute, 'must be true or false');
}

function invalid(field: string, problem: string): InvalidMessageError {
  return new InvalidMessageError('CloudEvent', [{ field, problem }]);
}
