import { type JsonFields } from './json-fields.js';

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:?\d{2})$/;
const SECONDS = /^\d{1,12}$/;

function millisecondsOf(value: unknown): number {
  if (typeof value === 'number') return value * 1_000;
  if (typeof value !== 'string') return Number.NaN;
  if (SECONDS.test(value)) return Number(value) * 1_000;
  return ISO.test(value) ? Date.parse(value) : Number.NaN;
}

/**
 * A provider's time as RFC 3339 in UTC. Providers write ISO 8601, seconds since 1970 as a number, or the same as a
 * string; anything else counts as absent.
 */
export function optionalProviderTime(fields: JsonFields, name: string): string | undefined {
  const ms = millisecondsOf(fields.raw(name));
  const year = new Date(ms).getUTCFullYear();
  return year >= 1970 && year <= 9999 ? new Date(ms).toISOString() : undefined;
}

/** The same where the time must be given; anything else is noted as a fault of the field. */
export function providerTime(fields: JsonFields, name: string): string {
  const time = optionalProviderTime(fields, name);
  if (time === undefined) fields.fault(name, 'must be an ISO 8601 time or seconds since 1970');
  return time ?? '';
}
