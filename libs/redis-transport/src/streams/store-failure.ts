import { type StoreFailure } from '@switchboard/delivery';

/**
 * Replies after which the same call may succeed later: Redis is starting, changing master, out of memory or disk, has too
 * few replicas, or its user lacks a right for now. What stays as it is, such as WRONGTYPE, is final.
 */
const passing =
  /^(LOADING|READONLY|MASTERDOWN|MISCONF|OOM|NOREPLICAS|TRYAGAIN|CLUSTERDOWN|UNBLOCKED|BUSY|NOSCRIPT|MOVED|ASK|NOAUTH|WRONGPASS|NOPERM)\b/;

/** The same from within a script, where Redis (7.0 and 7.2 in their own words) gives no code of its own. */
const passingInScript = /\bOOM\b|ACL failure in script|The user executing the script/;

const REFUSED = 'ReplyError';

/** An error that Redis answered within a reply. */
export function refusedByRedis(message: string): Error {
  return Object.assign(new Error(message), { name: REFUSED });
}

/** An error of Redis or of the connection as data. Only an error that Redis itself answered can be final. */
export function failureOf(error: Error): StoreFailure {
  const answered = error.name === REFUSED;
  const message = error.message.replace(/^ERR /, '');
  return {
    status: 'failed',
    retryable: !answered || passing.test(message) || passingInScript.test(message),
    error,
  };
}
