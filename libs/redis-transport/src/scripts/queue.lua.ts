/**
 * Opening of every script of a work queue. Names of KEYS, the same in all of them:
 * 1 high, 2 normal, 3 low (lists of ids), 4 items (hash: data by id), 5 takes (hash by id: `attempts priority` of an item
 * that was taken before, and behind them `session number worker` while it is taken; the whole text is the token that
 * fences the worker), 6 visible (sorted set: taken ids by the time at which they fall back), 7 delayed (sorted set of
 * priority, '<' head or '>' tail of the list, and id, by due time), 8 dead (sorted set of ids by the time they were given
 * up), 9 letters (hash: JSON by id), 10 workers (sorted set of sessions by the time until which they live), 11 idle (sorted
 * set of sessions by the time until which they wait to be called), 12 wheel (whose turn it is), 13 the worker's processing
 * list. A priority is the index of its list.
 *
 * Only `put` may be refused for want of memory; the others carry `allow-oom`, since they are what empties the queue.
 */
export const QUEUE_KEYS = `
local ITEMS, TAKES, VISIBLE, DELAYED, DEAD, LETTERS = KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9]
local WORKERS, IDLE, WHEEL, PROCESSING = KEYS[10], KEYS[11], KEYS[12], KEYS[13]
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
`;

/** Lua function `wake(count, channel)`: calls so many idle workers, each on its process's channel. */
export const WAKE = `
local function wake(count, channel)
  while count > 0 do
    local popped = redis.call('ZPOPMAX', IDLE, count)
    if #popped == 0 then return end
    for i = 1, #popped, 2 do
      if tonumber(popped[i + 1]) > now then
        redis.pcall('PUBLISH', channel .. string.match(popped[i], '^[^.]*'), popped[i])
        count = count - 1
      end
    end
  end
end
`;

/** Lua function `bury(id, priority, attempts, reason)`: makes an item that is in no list a dead letter. */
export const BURY = `
local function bury(id, priority, attempts, reason)
  local letter = { priority = tonumber(priority), attempts = tonumber(attempts), reason = reason, failed_at = now }
  redis.call('HSET', LETTERS, id, cjson.encode(letter))
  redis.call('ZADD', DEAD, now, id)
  redis.call('HDEL', TAKES, id)
end
`;
