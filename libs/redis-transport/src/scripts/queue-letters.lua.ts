import { QUEUE_KEYS, WAKE } from './queue.lua.js';
import { script } from './script.js';

/** Puts a dead letter at the end of its list, with all attempts before it. KEYS: the queue's. ARGV: 1 id, 2 wake channel. Returns 1 or 0. */
export const QUEUE_REPLAY = script(
  'queue-replay',
  `#!lua flags=allow-oom
${QUEUE_KEYS}${WAKE}
if redis.call('ZREM', DEAD, ARGV[1]) == 0 then return 0 end
local letter = redis.call('HGET', LETTERS, ARGV[1])
redis.call('HDEL', LETTERS, ARGV[1])
redis.call('RPUSH', KEYS[letter and cjson.decode(letter).priority or 2], ARGV[1])
wake(1, ARGV[2])
return 1
`,
);

/** Removes a dead letter with its data. KEYS: the queue's. ARGV: 1 id. Returns 1 or 0. */
export const QUEUE_DISCARD = script(
  'queue-discard',
  `#!lua flags=allow-oom
${QUEUE_KEYS}
if redis.call('ZREM', DEAD, ARGV[1]) == 0 then return 0 end
redis.call('HDEL', LETTERS, ARGV[1])
redis.call('HDEL', ITEMS, ARGV[1])
return 1
`,
);
