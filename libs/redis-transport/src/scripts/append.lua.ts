import { EFFECTS } from './effects.lua.js';
import { script } from './script.js';

/**
 * Appends messages to one partition, each with its deduplication mark and its effects.
 *
 * KEYS: 1 stream, 2 dedup young, 3 dedup old, 4 delayed, 5 delayed contents, then the effects' streams.
 * ARGV: 1 dedup window ms, 2 most unhandled entries (0 no limit), 3 'plain' or 'mixed', 4 number of messages, their ids; then
 *       for each: conversation id, data, and when mixed '' or 'more' followed by only-group ('' for all), delay ms, effects.
 * Returns for each message, with a space between: the entry's id ('' when delayed), '=' and the first entry's id for a
 * duplicate, or '!' when the backlog is full.
 *
 * Marks are looked up and set for all messages at once: a call of a command is the dear thing in a script. Whatever ends
 * the appending early, what was appended gets its marks. A duplicate's mark is set again where it is: a WAIT that
 * follows would say nothing about the replicas if nothing had been written.
 *
 * A mark lives at least one window and at most two: `young` lives two windows and becomes `old` after one.
 * The length of a stream is at least its backlog, so the groups are asked only beyond the limit. After a replay Redis does not
 * know a group's lag; then the entries are counted.
 */
export const APPEND = script(
  'append',
  `${EFFECTS}
local refused = refusal(5)
if refused then return refused end
local window, limit, mixed, n = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3] == 'mixed', tonumber(ARGV[4])
local left = redis.call('PTTL', KEYS[2])
if left >= 0 and left < window then
  redis.call('UNLINK', KEYS[3])
  redis.call('RENAME', KEYS[2], KEYS[3])
  left = -2
end
local old = redis.call('EXISTS', KEYS[3]) == 1
local full = false
if limit > 0 and redis.call('XLEN', KEYS[1]) >= limit then
  for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
    local info = {}
    for i = 1, #group, 2 do info[group[i]] = group[i + 1] end
    local lag = info['lag']
    local after = '(' .. info['last-delivered-id']
    local more = not lag
    if more then lag = 0 end
    while more and lag + info['pending'] < limit do
      local page = redis.call('XRANGE', KEYS[1], after, '+', 'COUNT', 500)
      lag, more = lag + #page, #page == 500
      if more then after = '(' .. page[#page][1] end
    end
    if lag + info['pending'] >= limit then full = true end
  end
end
local MOST = 2000
local function marked(key)
  local found = {}
  for from = 5, 4 + n, MOST do
    local to = math.min(from + MOST - 1, 4 + n)
    local part = redis.call('HMGET', key, unpack(ARGV, from, to))
    if from == 5 then found = part else for i = 1, #part do found[from - 5 + i] = part[i] end end
  end
  return found
end
local young, past = marked(KEYS[2]), old and marked(KEYS[3]) or {}
local out, marks, fresh, at = {}, {}, {}, 5 + n
local step = mixed and 3 or 2
local function append(i, k, d, g, delay)
  if delay ~= '0' then
    local t = redis.call('TIME')
    redis.call('ZADD', KEYS[4], t[1] * 1000 + math.floor(t[2] / 1000) + delay, i)
    redis.call('HSET', KEYS[5], i, cmsgpack.pack({ k, d, g }))
    return ''
  end
  if g == '' then return redis.call('XADD', KEYS[1], '*', 'k', k, 'i', i, 'd', d) end
  return redis.call('XADD', KEYS[1], '*', 'k', k, 'i', i, 'd', d, 'g', g)
end
local ok, problem = pcall(function()
  for m = 1, n do
    local i, more = ARGV[4 + m], mixed and ARGV[at + 2] ~= ''
    local stored = young[m] or past[m]
    local seen = stored or fresh[i]
    if seen or full then
      out[m] = seen and ('=' .. seen) or '!'
      if stored then redis.call('HSET', young[m] and KEYS[2] or KEYS[3], i, stored) end
      at = more and skip(at + 5) or at + step
    else
      local id
      if more then id = append(i, ARGV[at], ARGV[at + 1], ARGV[at + 3], ARGV[at + 4])
      else id = redis.call('XADD', KEYS[1], '*', 'k', ARGV[at], 'i', i, 'd', ARGV[at + 1]) end
      fresh[i] = id
      marks[#marks + 1] = i
      marks[#marks + 1] = id
      at = more and effects(at + 5, 5) or at + step
      out[m] = id
    end
  end
end)
for from = 1, #marks, MOST do
  redis.call('HSET', KEYS[2], unpack(marks, from, math.min(from + MOST - 1, #marks)))
end
if #marks > 0 and left == -2 then redis.call('PEXPIRE', KEYS[2], window * 2) end
if not ok then return type(problem) == 'table' and problem or redis.error_reply(tostring(problem)) end
return table.concat(out, ' ')
`,
);
