import { QUEUE_KEYS } from './queue.lua.js';
import { script } from './script.js';

/**
 * A worker's heartbeat: it lives, and the items in its hands stay invisible.
 * KEYS: the queue's. ARGV: 1 session, 2 ms it lives (0: it leaves), 3 visibility ms, 4 number of items, their ids, their tokens.
 * Returns the ids that are its own no more.
 */
export const QUEUE_KEEP = script(
  'queue-keep',
  `#!lua flags=allow-oom
${QUEUE_KEYS}
redis.call('ZREMRANGEBYSCORE', WORKERS, '-inf', now)
if ARGV[2] == '0' then
  redis.call('ZREM', WORKERS, ARGV[1])
  redis.call('ZREM', IDLE, ARGV[1])
else
  redis.call('ZADD', WORKERS, now + ARGV[2], ARGV[1])
end
local n = tonumber(ARGV[4])
if n == 0 then return {} end
local tokens, lost, kept = redis.call('HMGET', TAKES, unpack(ARGV, 5, 4 + n)), {}, {}
for m = 1, n do
  if tokens[m] == ARGV[4 + n + m] then
    kept[#kept + 1] = now + ARGV[3]
    kept[#kept + 1] = ARGV[4 + m]
  else
    lost[#lost + 1] = ARGV[4 + m]
  end
end
if #kept > 0 then redis.call('ZADD', VISIBLE, unpack(kept)) end
return lost
`,
);
