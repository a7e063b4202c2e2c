import { randomBytes } from 'node:crypto';

/** One place in a distributed trace, as W3C Trace Context names it. */
export interface TraceContext {
  /** 32 lower-case hexadecimal digits, not all zero. */
  readonly traceId: string;
  /** 16 lower-case hexadecimal digits, not all zero: the span that sent the message. */
  readonly parentId: string;
  /** Whether the sender recorded its span. */
  readonly sampled: boolean;
}

const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/s;
const zeros = /^0+$/;
const SAMPLED = 1;

/**
 * Reads a `traceparent`. Version 00 is read strictly; of a later version what 00 knows is read and the rest left, as
 * https://www.w3.org/TR/trace-context/#versioning-of-traceparent asks. Undefined when it is not valid: the trace then
 * begins anew.
 */
export function parseTraceparent(text: string | undefined): TraceContext | undefined {
  const [, version, traceId, parentId, flags, more] = form.exec(text ?? '') ?? [];
  if (version === undefined || traceId === undefined || parentId === undefined || flags === undefined) return undefined;
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (zeros.test(traceId) || zeros.test(parentId)) return undefined;
  return { traceId, parentId, sampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED };
}

/** Writes a `traceparent` of version 00. */
export function formatTraceparent({ traceId, parentId, sampled }: TraceContext): string {
  return `00-${traceId}-${parentId}-${sampled ? '01' : '00'}`;
}

/** The beginning of a trace. */
export function newTrace(sampled = true): TraceContext {
  return { traceId: randomHex(16), parentId: randomHex(8), sampled };
}

/** A new span in the trace of `parent`; a trace of its own when `parent` is absent or not valid. */
export function childTraceparent(parent: string | undefined): string {
  const context = parseTraceparent(parent);
  return formatTraceparent(context ? { ...context, parentId: randomHex(8) } : newTrace());
}

function randomHex(bytes: number): string {
  const text = randomBytes(bytes).toString('hex');
  return zeros.test(text) ? randomHex(bytes) : text;
}
