import { EFFECTS } from './effects.lua.js';
import { script } from './script.js';

/**
 * Appends messages to partitions, each with its deduplication mark and its effects. In a cluster a call can hold only one
 * partition; else it holds many that get few messages, since a call of a script is dear.
 *
 * KEYS: for each partition: stream, dedup young, dedup old, delayed, delayed contents, then the effects' streams.
 * ARGV: 1 dedup window ms, 2 most unhandled entries (0 no limit), then for each partition: number of its keys, of its
 *       arguments that follow, 'plain' or 'mixed', number of messages, their ids; then for each: conversation id, data, and
 *       when mixed '' or 'more' followed by only-group ('' for all), delay ms, effects.
 * Returns a text for each partition: for each message, with a space between, the entry's id ('' when delayed), '=' and the
 * first entry's id for a duplicate, or '!' when the backlog is full. Or '-' and the error that befell it, and only it; but
 * READONLY is the error of the whole call, since it makes the client look for the new master.
 *
 * Marks are looked up and set for all messages of a partition at once: a call of a command is the dear thing in a script.
 * Whatever ends the appending early, what was appended gets its marks. A duplicate's mark is set again where it is: a WAIT
 * that follows would say nothing about the replicas if nothing had been written.
 *
 * A mark lives at least one window and at most two: `young` lives two windows and becomes `old` after one.
 * The length of a stream is at least its backlog, so the groups are asked only beyond the limit. After a replay Redis does not
 * know a group's lag; then the entries are counted.
 */
export const APPEND = script(
  'append',
  `${EFFECTS}
local window, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
local MOST = 2000
local function isFull(stream)
  if limit == 0 or redis.call('XLEN', stream) < limit then return false end
  for _, group in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
    local info = {}
    for i = 1, #group, 2 do info[group[i]] = group[i + 1] end
    local lag = info['lag']
    local after = '(' .. info['last-delivered-id']
    local more = not lag
    if more then lag = 0 end
    while more and lag + info['pending'] < limit do
      local page = redis.call('XRANGE', stream, after, '+', 'COUNT', 500)
      lag, more = lag + #page, #page == 500
      if more then after = '(' .. page[#page][1] end
    end
    if lag + info['pending'] >= limit then return true end
  end
  return false
end
local function marked(key, first, last)
  local found = {}
  for from = first, last, MOST do
    local part = redis.call('HMGET', key, unpack(ARGV, from, math.min(from + MOST - 1, last)))
    if from == first then found = part else for i = 1, #part do found[from - first + i] = part[i] end end
  end
  return found
end
local function appendOne(key0, i, k, d, g, delay)
  if delay ~= '0' then
    local t = redis.call('TIME')
    redis.call('ZADD', KEYS[key0 + 4], t[1] * 1000 + math.floor(t[2] / 1000) + delay, i)
    redis.call('HSET', KEYS[key0 + 5], i, cmsgpack.pack({ k, d, g }))
    return ''
  end
  if g == '' then return redis.call('XADD', KEYS[key0 + 1], '*', 'k', k, 'i', i, 'd', d) end
  return redis.call('XADD', KEYS[key0 + 1], '*', 'k', k, 'i', i, 'd', d, 'g', g)
end
local function appendAll(key0, keys, at)
  local stream, youngKey, oldKey = KEYS[key0 + 1], KEYS[key0 + 2], KEYS[key0 + 3]
  local refused = refusal(key0 + 5, key0 + keys)
  if refused then error(refused, 0) end
  local mixed, n = ARGV[at] == 'mixed', tonumber(ARGV[at + 1])
  local ids = at + 1
  local left = redis.call('PTTL', youngKey)
  if left >= 0 and left < window then
    redis.call('UNLINK', oldKey)
    redis.call('RENAME', youngKey, oldKey)
    left = -2
  end
  local old, full = redis.call('EXISTS', oldKey) == 1, isFull(stream)
  local young, past = marked(youngKey, ids + 1, ids + n), old and marked(oldKey, ids + 1, ids + n) or {}
  local out, marks, fresh = {}, {}, {}
  local step = mixed and 3 or 2
  at = ids + n + 1
  local ok, problem = pcall(function()
    for m = 1, n do
      local i, more = ARGV[ids + m], mixed and ARGV[at + 2] ~= ''
      local stored = young[m] or past[m]
      local seen = stored or fresh[i]
      if seen or full then
        out[m] = seen and ('=' .. seen) or '!'
        if stored then redis.call('HSET', young[m] and youngKey or oldKey, i, stored) end
        at = more and skip(at + 5) or at + step
      else
        local id
        if more then id = appendOne(key0, i, ARGV[at], ARGV[at + 1], ARGV[at + 3], ARGV[at + 4])
        else id = redis.call('XADD', stream, '*', 'k', ARGV[at], 'i', i, 'd', ARGV[at + 1]) end
        fresh[i] = id
        marks[#marks + 1] = i
        marks[#marks + 1] = id
        at = more and effects(at + 5, key0 + 5) or at + step
        out[m] = id
      end
    end
  end)
  for from = 1, #marks, MOST do
    redis.call('HSET', youngKey, unpack(marks, from, math.min(from + MOST - 1, #marks)))
  end
  if #marks > 0 and left == -2 then redis.call('PEXPIRE', youngKey, window * 2) end
  if not ok then error(problem, 0) end
  return table.concat(out, ' ')
end
local key0, at, replies = 0, 3, {}
while ARGV[at] do
  local keys, args = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  local ok, reply = pcall(appendAll, key0, keys, at + 2)
  if not ok then
    local problem = type(reply) == 'table' and reply.err or tostring(reply)
    if string.find(problem, '^READONLY') then return redis.error_reply(problem) end
    reply = '-' .. problem
  end
  replies[#replies + 1] = reply
  key0, at = key0 + keys, at + 2 + args
end
return replies
`,
);
