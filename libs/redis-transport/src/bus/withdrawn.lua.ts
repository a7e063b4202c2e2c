import { EFFECTS } from '../scripts/effects.lua.js';
import { QUEUE_KEYS, WAKE } from '../scripts/queue.lua.js';
import { script } from '../scripts/script.js';
import { IDLE_MS, MEMORY } from './mailbox.lua.js';

/**
 * Gives a waiting message up, unless it was handled. Whoever takes it from the mailbox later drops it; who has taken it
 * before may still handle it, and then it is no dead letter any more (REMEMBER).
 * KEYS: 1 handled young, 2 handled old, 3 withdrawn, 4 its times, then the effects' streams.
 * ARGV: 1 id, 2 dead letter, 3 effects. Returns 1, or 0 when it was handled.
 */
export const WITHDRAW = script(
  'withdraw',
  `${MEMORY}${EFFECTS}
local refused = refusal(4)
if refused then return refused end
if recall(KEYS[1], KEYS[2], ARGV[1]) then return 0 end
if not redis.call('ZSCORE', KEYS[4], ARGV[1]) then
  effects(3, 4)
  local t = redis.call('TIME')
  redis.call('HSET', KEYS[3], ARGV[1], ARGV[2])
  redis.call('PERSIST', KEYS[3])
  redis.call('ZADD', KEYS[4], t[1] * 1000 + math.floor(t[2] / 1000), ARGV[1])
end
return 1
`,
);

/**
 * Puts a withdrawn message at the end of its list again. It may still wait there under its own id, or be in the hands of
 * one who is about to drop it, so it comes back as an item of a new id; whichever is taken second is dropped as handled.
 * KEYS: the queue's, 14 withdrawn, 15 its times.
 * ARGV: 1 message id, 2 item's id, 3 index of the priority's list, 4 data, 5 wake channel. Returns 1 or 0.
 */
export const REPLAY_WITHDRAWN = script(
  'replay-withdrawn',
  `#!lua flags=allow-oom
${QUEUE_KEYS}${WAKE}
if redis.call('ZREM', KEYS[15], ARGV[1]) == 0 then return 0 end
redis.call('HDEL', KEYS[14], ARGV[1])
if redis.call('ZREM', DEAD, ARGV[1]) == 1 then
  redis.call('HDEL', LETTERS, ARGV[1])
  redis.call('HDEL', ITEMS, ARGV[1])
end
if redis.call('HSETNX', ITEMS, ARGV[2], ARGV[4]) == 1 then
  redis.call('RPUSH', KEYS[tonumber(ARGV[3])], ARGV[2])
  wake(1, ARGV[5])
end
return 1
`,
);

/**
 * Drops a withdrawn message. Its id stays known, since the message may still wait in the mailbox; when no letter lies
 * there any more, the ids are forgotten after a while.
 * KEYS: 1 withdrawn, 2 its times. ARGV: 1 message id. Returns 1 or 0.
 */
export const DISCARD_WITHDRAWN = script(
  'discard-withdrawn',
  `#!lua flags=allow-oom
if redis.call('ZREM', KEYS[2], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], '')
if redis.call('EXISTS', KEYS[2]) == 0 then redis.call('PEXPIRE', KEYS[1], ${IDLE_MS}) end
return 1
`,
);
