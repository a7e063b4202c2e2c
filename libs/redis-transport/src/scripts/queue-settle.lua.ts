import { EFFECTS } from './effects.lua.js';
import { BURY, QUEUE_KEYS, WAKE } from './queue.lua.js';
import { script } from './script.js';

/**
 * Ends the work on items of one worker. An item whose token is not the one given is left alone.
 * KEYS: the queue's, then the effects' streams.
 * ARGV: 1 wake channel, 2 number of items, their ids, their tokens; then for each: action, argument, effects. Actions:
 *   'done'; 'retry' ms: at the head again after that time; 'later' ms: at the tail, and the attempt did not count;
 *   'back': at the head at once, and the attempt did not count; 'bury' reason.
 * Returns for each item 1 (done as asked), 0 (no worker has it and it was finished or given up), -1 (it is another's).
 */
export const QUEUE_SETTLE = script(
  'queue-settle',
  `#!lua flags=allow-oom
${QUEUE_KEYS}${WAKE}${BURY}${EFFECTS}
local refused = refusal(13)
if refused then return refused end
local n = tonumber(ARGV[2])
local tokens = redis.call('HMGET', TAKES, unpack(ARGV, 3, 2 + n))
local out, finished, left, free, calls, at = {}, {}, {}, {}, 0, 3 + 2 * n
for m = 1, n do
  local id, token, action, argument = ARGV[2 + m], ARGV[2 + n + m], ARGV[at], ARGV[at + 1]
  if tokens[m] ~= token then
    out[m] = tokens[m] and -1 or 0
    at = skip(at + 2)
  else
    at = effects(at + 2, 13)
    out[m] = 1
    redis.call('LREM', PROCESSING, 1, id)
    left[#left + 1] = id
    local attempts, priority = string.match(token, '^(%d+) (%d)')
    if action == 'done' then
      finished[#finished + 1] = id
    elseif action == 'bury' then
      bury(id, priority, attempts, argument)
    else
      if action ~= 'retry' then attempts = attempts - 1 end
      free[#free + 1] = id
      free[#free + 1] = string.format('%d %s', attempts, priority)
      calls = calls + 1
      if action == 'back' then redis.call('LPUSH', KEYS[tonumber(priority)], id)
      else redis.call('ZADD', DELAYED, now + argument, priority .. (action == 'retry' and '<' or '>') .. id) end
    end
  end
end
if #finished > 0 then
  redis.call('HDEL', ITEMS, unpack(finished))
  redis.call('HDEL', TAKES, unpack(finished))
end
if #left > 0 then redis.call('ZREM', VISIBLE, unpack(left)) end
if #free > 0 then redis.call('HSET', TAKES, unpack(free)) end
wake(calls, ARGV[1])
return out
`,
);
