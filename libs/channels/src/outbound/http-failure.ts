import { type FailureClass } from './failure-class.js';

/** Gateway time-out: some server passed the request on and heard nothing more. */
const GATEWAY_TIMEOUT = 504;

/**
 * The class of an HTTP status that is no success, for providers without codes of their own.
 *
 * @param idempotent whether the provider takes a message only once however often it is sent; then a time-out is safe
 * to retry.
 */
export function classOfStatus(status: number, idempotent: boolean): FailureClass {
  if (status === 429) return 'slow-number';
  if (status === 408 || status === 425) return 'transient';
  if (status === GATEWAY_TIMEOUT && !idempotent) return 'unknown';
  if (status >= 500) return 'transient';
  if (status === 401 || status === 403 || status === 410) return 'stop';
  return 'permanent';
}
