import { type StoreFailure } from '@switchboard/delivery';

/**
 * Replies after which the same call may succeed later: Redis is starting, changing master, out of memory or disk, or has
 * too few replicas.
 */
const passing =
  /^(LOADING|READONLY|MASTERDOWN|MISCONF|OOM|NOREPLICAS|TRYAGAIN|CLUSTERDOWN|UNBLOCKED|BUSY|NOSCRIPT|MOVED|ASK|NOAUTH|WRONGPASS|NOPERM)\b/;

/** An error of Redis or of the connection as data. Only an error that Redis itself answered can be final. */
export function failureOf(error: Error): StoreFailure {
  const answered = error.name === 'ReplyError';
  const message = error.message.replace(/^ERR /, '');
  return { status: 'failed', retryable: !answered || passing.test(message) || message.includes('OOM'), error };
}
