import { RATE } from './rate.lua.js';
import { script } from './script.js';

/**
 * Asks whether a call may be made now; if not, it gets a place in the line of all its scopes at once.
 * KEYS: 1 ticket, 2 ticket numbers, then for each scope: sent, waiting, state.
 * ARGV: 1 longest time a call can take ms, 2 how long a ticket outlives its time ms; then for each scope: number of limits,
 *       then of each: calls, window ms.
 * Returns {1, number, now, ms waited, 1 for a breaker's trial} when admitted, or {0, ms to wait, 1 when newly planned}.
 *
 * An admitted call counts as made at the end of its longest time, until `rate-settle` says when it was over: whenever
 * between the provider gets it, no window holds too many. So far as the future must be guessed (calls under way, tickets),
 * a call lasts \`slack\`, the recent longest. A guess that was too short makes a ticket wait once more, before all that
 * asked later: a ticket counts only those with smaller numbers, and calls made.
 *
 * A ticket takes the earliest time at which every window of every scope has room, so that one that waits for its pair
 * leaves the sender's earlier places to others. \`full\` is the time before which a newcomer need not look.
 */
export const RATE_TAKE = script(
  'rate-take',
  `${RATE}
local callMs, grace = tonumber(ARGV[1]), tonumber(ARGV[2])
local scopes, at, from, trial = {}, 3, now, nil
for k = 3, #KEYS, 3 do
  local scope = { sent = KEYS[k], waiting = KEYS[k + 1], state = KEYS[k + 2], limits = {}, horizon = 0 }
  local s = redis.call('HMGET', scope.state, 'share', 'since', 'until', 'slack', 'full', 'open', 'probe')
  local share = shareOf(s[1], s[2])
  scope.slack, scope.full = tonumber(s[4]) or 5, math.max(now, tonumber(s[5]) or 0)
  for _ = 1, tonumber(ARGV[at]) do
    local calls, window = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
    local n, w = calls * share, window
    if n < 1 then n, w = 1, math.ceil(window / n) end
    scope.limits[#scope.limits + 1] = { math.floor(n), w }
    scope.horizon = math.max(scope.horizon, window, window / (calls * LEAST))
    at = at + 2
  end
  at = at + 1
  redis.call('ZREMRANGEBYSCORE', scope.sent, '-inf', now - scope.horizon)
  redis.call('ZREMRANGEBYSCORE', scope.waiting, '-inf', '(' .. (now - grace))
  from = math.max(from, tonumber(s[3]) or 0)
  if s[6] then
    from = math.max(from, tonumber(s[6]))
    if tonumber(s[6]) <= now then
      local probe = tonumber(s[7]) or 0
      if probe > now then from = math.max(from, math.min(probe, now + 1000)) else trial = scope end
    end
  end
  scopes[#scopes + 1] = scope
end

local number, asked
local held = redis.call('GET', KEYS[1])
if held then
  number, asked = held:match('^(%d+):(%d+)$')
  local planned = tonumber(redis.call('ZSCORE', scopes[1].waiting, number) or 0)
  if planned > now then return { 0, planned - now, 0 } end
end
local newcomer = not number
if newcomer then
  number, asked = string.format('%d', redis.call('INCR', KEYS[2])), string.format('%d', now)
  keep(KEYS[2], 86400000)
end
local mine = tonumber(number)

local function taken(scope, w, t)
  local around, reach, times = w + scope.slack, w, {}
  for _, score in ipairs(redis.call('ZRANGEBYSCORE', scope.sent, '(' .. (t - reach), now, 'WITHSCORES')) do
    times[#times + 1] = score
  end
  local list = {}
  for i = 2, #times, 2 do list[#list + 1] = tonumber(times[i]) - scope.slack end
  if t < now + around then
    for _ = 1, redis.call('ZCOUNT', scope.sent, '(' .. now, '+inf') do list[#list + 1] = now end
  end
  local low = t - around < now and '-inf' or '(' .. (t - around)
  local tickets = redis.call('ZRANGEBYSCORE', scope.waiting, low, '(' .. (t + around), 'WITHSCORES')
  for i = 1, #tickets, 2 do
    if tonumber(tickets[i]) < mine then list[#list + 1] = math.max(now, tonumber(tickets[i + 1])) end
  end
  table.sort(list)
  return list
end
local function fewAround(scope, n, w, t)
  local around = w + scope.slack
  local low = t - around < now and '-inf' or '(' .. (t - around)
  return redis.call('ZCOUNT', scope.sent, '(' .. (t - w), '+inf')
    + redis.call('ZCOUNT', scope.waiting, low, '(' .. (t + around)) < n
end
local function roomAt(scope, n, w, t)
  if fewAround(scope, n, w, t) then return t end
  local times, around, p = taken(scope, w, t), w + scope.slack, 1
  while times[p] and times[p] <= t do p = p + 1 end
  table.insert(times, p, t)
  for first = math.min(p, #times - n), math.max(1, p - n), -1 do
    if times[first + n] - times[first] < around then
      return (first == p and times[p + 1] or times[first]) + around
    end
  end
  return t
end

local t, moved = from, true
while moved do
  moved = false
  for _, scope in ipairs(scopes) do
    if newcomer and t < scope.full then t, moved = scope.full, true end
    for _, limit in ipairs(scope.limits) do
      local later = roomAt(scope, limit[1], limit[2], t)
      if later > t then
        if newcomer and t <= scope.full then scope.full = later end
        t, moved = later, true
      end
    end
  end
end

if t <= now then
  for _, scope in ipairs(scopes) do
    redis.call('ZREM', scope.waiting, number)
    redis.call('ZADD', scope.sent, now + callMs, number)
    keep(scope.sent, callMs + scope.horizon + 1000)
  end
  redis.call('DEL', KEYS[1])
  if trial then
    redis.call('HSET', trial.state, 'probe', now + callMs)
    keep(trial.state, STATE_TTL + callMs)
  end
  return { 1, number, now, now - tonumber(asked), trial and 1 or 0 }
end
t = math.ceil(t)
for _, scope in ipairs(scopes) do
  redis.call('ZADD', scope.waiting, t, number)
  if redis.call('PTTL', scope.waiting) < t - now + grace then keep(scope.waiting, t - now + grace + 1000) end
  if newcomer and scope.full > now then
    redis.call('HSET', scope.state, 'full', string.format('%d', scope.full))
    if redis.call('PTTL', scope.state) < math.max(STATE_TTL, t - now) then keep(scope.state, STATE_TTL + t - now) end
  end
end
redis.call('SET', KEYS[1], number .. ':' .. asked, 'PX', math.ceil(t - now + grace))
return { 0, t - now, newcomer and 1 or 0 }
`,
);
