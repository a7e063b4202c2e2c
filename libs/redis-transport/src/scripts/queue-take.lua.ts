import { BURY, QUEUE_KEYS, WAKE } from './queue.lua.js';
import { script } from './script.js';

/**
 * Takes items for a worker. First, whoever takes does the duties of all: items whose worker was not heard of fall back to
 * the head of their list (or become dead letters after the last attempt), and delayed items that are due are queued.
 *
 * The wheel gives ten turns to the priorities, six, three and one; a turn whose list is empty goes to the highest that is
 * not. So `low` gets at least each tenth item.
 *
 * KEYS: the queue's. ARGV: 1 most items (0: only the duties, and pass a call on), 2 token's end `session number worker`,
 * 3 session, 4 visibility ms, 5 ms to be called when idle, 6 most attempts, 7 wake channel, 8 start of all processing lists.
 * Returns the ms until something falls back or is due (-1 never; 0 when items were taken); the items that became dead
 * letters now: id, data, attempts and reason of each in one list; then for each item its id, priority, attempt and data.
 *
 * The processing lists of other workers are not among the KEYS: nobody knows them before. They lie in the same slot.
 */
export const QUEUE_TAKE = script(
  'queue-take',
  `#!lua flags=allow-oom
${QUEUE_KEYS}${WAKE}${BURY}
local moved, buried = 0, {}
local late = redis.call('ZRANGEBYSCORE', VISIBLE, '-inf', now, 'LIMIT', 0, 1000)
if #late > 0 then
  local tokens, tokenOf, workers = redis.call('HMGET', TAKES, unpack(late)), {}, {}
  for i, id in ipairs(late) do
    local worker = string.match(tokens[i] or '', '^%d+ %d %S+ %S+ (.*)$')
    if worker then tokenOf[id], workers[worker] = tokens[i], true end
  end
  for worker in pairs(workers) do
    local list = ARGV[8] .. worker
    local ids = redis.call('LRANGE', list, 0, -1)
    for i = #ids, 1, -1 do
      local id = ids[i]
      if tokenOf[id] then
        local attempts, priority, owner = string.match(tokenOf[id], '^(%d+) (%d) %S+ %S+ (.*)$')
        if owner == worker then
          tokenOf[id] = nil
          redis.call('LREM', list, -1, id)
          if tonumber(attempts) >= tonumber(ARGV[6]) then
            local reason = 'its worker was not heard of again'
            bury(id, priority, attempts, reason)
            for _, part in ipairs({ id, redis.call('HGET', ITEMS, id) or '', tonumber(attempts), reason }) do
              buried[#buried + 1] = part
            end
          else
            redis.call('HSET', TAKES, id, attempts .. ' ' .. priority)
            redis.call('LPUSH', KEYS[tonumber(priority)], id)
            moved = moved + 1
          end
        end
      end
    end
  end
  redis.call('ZREM', VISIBLE, unpack(late))
end
local due = redis.call('ZRANGEBYSCORE', DELAYED, '-inf', now, 'LIMIT', 0, 1000)
if #due > 0 then
  for i = #due, 1, -1 do
    if string.sub(due[i], 2, 2) == '<' then redis.call('LPUSH', KEYS[tonumber(string.sub(due[i], 1, 1))], string.sub(due[i], 3)) end
  end
  for i = 1, #due do
    if string.sub(due[i], 2, 2) == '>' then redis.call('RPUSH', KEYS[tonumber(string.sub(due[i], 1, 1))], string.sub(due[i], 3)) end
  end
  redis.call('ZREM', DELAYED, unpack(due))
  moved = moved + #due
end
local waiting = { redis.call('LLEN', KEYS[1]), redis.call('LLEN', KEYS[2]), redis.call('LLEN', KEYS[3]) }
local total = waiting[1] + waiting[2] + waiting[3]
local wanted = tonumber(ARGV[1])
local n = math.min(wanted, total)
if n == 0 then
  if wanted > 0 then
    redis.call('ZADD', IDLE, now + ARGV[5], ARGV[3])
  else
    redis.call('ZREM', IDLE, ARGV[3])
    wake(total, ARGV[7])
  end
  local wait = -1
  for _, key in ipairs({ VISIBLE, DELAYED }) do
    local first = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
    if first[2] and (wait < 0 or first[2] - now < wait) then wait = math.max(1, first[2] - now) end
  end
  return { wait, buried }
end
redis.call('ZREM', IDLE, ARGV[3])
local turns = { 1, 2, 1, 1, 2, 1, 3, 1, 2, 1 }
local turn = tonumber(redis.call('GET', WHEEL) or 0)
local order, draws = {}, { 0, 0, 0 }
for k = 1, n do
  local p = turns[(turn + k - 1) % 10 + 1]
  if waiting[p] == 0 then p = waiting[1] > 0 and 1 or waiting[2] > 0 and 2 or 3 end
  waiting[p] = waiting[p] - 1
  draws[p] = draws[p] + 1
  order[k] = p
end
if total == n then redis.call('DEL', WHEEL) else redis.call('SET', WHEEL, (turn + n) % 10) end
local popped, ids = {}, {}
for p = 1, 3 do
  popped[p] = draws[p] > 0 and redis.call('LPOP', KEYS[p], draws[p]) or {}
  draws[p] = 0
end
for k = 1, n do
  local p = order[k]
  draws[p] = draws[p] + 1
  ids[k] = popped[p][draws[p]]
end
local data, before = redis.call('HMGET', ITEMS, unpack(ids)), redis.call('HMGET', TAKES, unpack(ids))
local out, kept, takes, visible = { 0, buried }, {}, {}, {}
for k = 1, n do
  if data[k] then
    local attempt = (tonumber(string.match(before[k] or '', '^%d+')) or 0) + 1
    kept[#kept + 1] = ids[k]
    takes[#takes + 1] = ids[k]
    takes[#takes + 1] = attempt .. ' ' .. order[k] .. ' ' .. ARGV[2]
    visible[#visible + 1] = now + ARGV[4]
    visible[#visible + 1] = ids[k]
    out[#out + 1] = ids[k]
    out[#out + 1] = order[k]
    out[#out + 1] = attempt
    out[#out + 1] = data[k]
  end
end
if #kept > 0 then
  redis.call('RPUSH', PROCESSING, unpack(kept))
  redis.call('HSET', TAKES, unpack(takes))
  redis.call('ZADD', VISIBLE, unpack(visible))
end
if moved > 0 then wake(math.min(moved, total - n), ARGV[7]) end
return out
`,
);
