import { safeError } from './safe-error.js';

export const REDACTED = '[redacted]';

/** Fields that are never written, at whatever depth: credentials, and what guests say and are called. */
const hidden: ReadonlySet<string> = new Set(
  [
    'authorization',
    'cookie',
    'set-cookie',
    'x-hub-signature-256',
    'x-chatwoot-signature',
    'webhook-signature',
    'signature',
    'api_access_token',
    'apiAccessToken',
    'token',
    'accessToken',
    'access_token',
    'verifyToken',
    'verifyTokens',
    'urlTokens',
    'verify_token',
    'hub.verify_token',
    'password',
    'sentinelPassword',
    'secret',
    'secrets',
    'signingSecrets',
    'text',
    'content',
    'body',
    'rawBody',
    'payload',
    'data',
    'd',
    'args',
    'phone',
    'phone_number',
    'display_phone_number',
    'wa_id',
    'email',
    'guestName',
    'from',
    'to',
    'from_agent',
    'to_agent',
    'visitorId',
    'conversationId',
    'conversation_id',
  ].map((name) => name.toLowerCase()),
);

const MAX_DEPTH = 6;
const MAX_ITEMS = 50;

/** A copy of a log entry's fields without what must not be written; errors become safe, bytes become their length. */
export function redact(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return copy(fields, 0) as Record<string, unknown>;
}

function copy(value: unknown, depth: number): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Error) return safeError(value);
  if (value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= MAX_DEPTH) return '[too deep]';
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => copy(item, depth + 1));
  const entries =
    value instanceof Map ? [...value].map(([key, item]) => [String(key), item] as const) : Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, item]) => [key, hidden.has(key.toLowerCase()) ? REDACTED : copy(item, depth + 1)]),
  );
}
