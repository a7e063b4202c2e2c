import { EFFECTS } from './effects.lua.js';
import { script } from './script.js';

/**
 * Appends messages to one partition, each with its deduplication mark and its effects.
 *
 * KEYS: 1 stream, 2 dedup young, 3 dedup old, 4 delayed, 5 delayed contents, then the effects' streams.
 * ARGV: 1 dedup window ms, 2 most unhandled entries (0 no limit), 3 number of messages; for each: conversation id,
 *       message id, data, only-group ('' for all), delay ms, effects.
 * Returns for each message two items: '1' stored | '0' duplicate, entry id; or '' 'BACKLOG'.
 *
 * A mark lives at least one window and at most two: `young` lives two windows and becomes `old` after one.
 * The length of a stream is at least its backlog, so the groups are asked only beyond the limit.
 */
export const APPEND = script(
  'append',
  `${EFFECTS}
local refused = refusal(5)
if refused then return refused end
local window, limit, n = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
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
    if not lag then lag = redis.call('XLEN', KEYS[1]) - info['pending'] end
    if lag + info['pending'] >= limit then full = true end
  end
end
local out, at = {}, 4
local function skip(from)
  local count = tonumber(ARGV[from]); from = from + 1
  for _ = 1, count do
    if ARGV[from] == 'm' then from = from + 5 else from = from + 6 + tonumber(ARGV[from + 5]) end
  end
  return from
end
for _ = 1, n do
  local k, i, d, g, delay = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  at = at + 5
  local seen = redis.call('HGET', KEYS[2], i)
  if not seen and old then seen = redis.call('HGET', KEYS[3], i) end
  if seen then
    out[#out + 1] = '0'; out[#out + 1] = seen
    at = skip(at)
  elseif full then
    out[#out + 1] = ''; out[#out + 1] = 'BACKLOG'
    at = skip(at)
  else
    local id
    if delay ~= '0' then
      local t = redis.call('TIME')
      redis.call('ZADD', KEYS[4], t[1] * 1000 + math.floor(t[2] / 1000) + delay, i)
      redis.call('HSET', KEYS[5], i, cmsgpack.pack({ k, d, g }))
      id = ''
    elseif g == '' then id = redis.call('XADD', KEYS[1], '*', 'k', k, 'i', i, 'd', d)
    else id = redis.call('XADD', KEYS[1], '*', 'k', k, 'i', i, 'd', d, 'g', g) end
    redis.call('HSET', KEYS[2], i, id)
    if left == -2 then redis.call('PEXPIRE', KEYS[2], window * 2); left = window * 2 end
    at = effects(at, 5)
    out[#out + 1] = '1'; out[#out + 1] = id
  end
end
return out
`,
);
