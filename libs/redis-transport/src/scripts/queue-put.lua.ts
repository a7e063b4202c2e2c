import { EFFECTS } from './effects.lua.js';
import { QUEUE_KEYS, WAKE } from './queue.lua.js';
import { script } from './script.js';

/**
 * Puts items into a queue, each with its deduplication mark and its effects.
 * KEYS: the queue's, 14 dedup young, 15 dedup old, then the effects' streams.
 * ARGV: 1 dedup window ms, 2 most items waiting (0 no limit), 3 wake channel, 4 number of items, their ids; then for each:
 *       priority, delay ms, data, effects.
 * Returns for each item 1 (stored), 0 (duplicate) or -1 (the queue is full). See `append.lua.ts` for the marks.
 */
export const QUEUE_PUT = script(
  'queue-put',
  `#!lua
${QUEUE_KEYS}${WAKE}${EFFECTS}
local refused = refusal(15)
if refused then return refused end
local window, limit, n = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[4])
local left = redis.call('PTTL', KEYS[14])
if left >= 0 and left < window then
  redis.call('UNLINK', KEYS[15])
  redis.call('RENAME', KEYS[14], KEYS[15])
  left = -2
end
local young = redis.call('HMGET', KEYS[14], unpack(ARGV, 5, 4 + n))
local old = redis.call('HMGET', KEYS[15], unpack(ARGV, 5, 4 + n))
local room = math.huge
if limit > 0 then
  room = limit - redis.call('LLEN', KEYS[1]) - redis.call('LLEN', KEYS[2]) - redis.call('LLEN', KEYS[3])
  room = room - redis.call('ZCARD', DELAYED)
end
local out, marks, waiting, delayed, at = {}, {}, { {}, {}, {} }, 0, 5 + n
for m = 1, n do
  local id, priority, delay, data = ARGV[4 + m], ARGV[at], tonumber(ARGV[at + 1]), ARGV[at + 2]
  if young[m] or old[m] then
    out[m], at = 0, skip(at + 3)
  elseif room <= 0 then
    out[m], at = redis.call('HEXISTS', ITEMS, id) - 1, skip(at + 3)
  elseif redis.call('HSETNX', ITEMS, id, data) == 0 then
    out[m], at = 0, skip(at + 3)
  else
    if delay > 0 then
      redis.call('ZADD', DELAYED, now + delay, priority .. '>' .. id)
      delayed = 1
    else
      local list = waiting[tonumber(priority)]
      list[#list + 1] = id
    end
    marks[#marks + 1] = id
    marks[#marks + 1] = ''
    room = room - 1
    out[m], at = 1, effects(at + 3, 15)
  end
end
local came = delayed
for priority, ids in ipairs(waiting) do
  if #ids > 0 then redis.call('RPUSH', KEYS[priority], unpack(ids)) end
  came = came + #ids
end
if #marks > 0 then
  redis.call('HSET', KEYS[14], unpack(marks))
  if left == -2 then redis.call('PEXPIRE', KEYS[14], window * 2) end
end
wake(came, ARGV[3])
return out
`,
);
