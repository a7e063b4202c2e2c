import { RATE } from './rate.lua.js';
import { script } from './script.js';

/**
 * Says that a call is over and what the provider thinks of the rate.
 * KEYS: for each scope: sent, state; the last scope has the circuit breaker.
 * ARGV: 1 number, 2 when it was admitted, 3 'ok', 'fault' (the provider is in trouble) or 'pause' (it takes nothing from
 *       this sender), 4 faults in a row that open the breaker, 5 shortest and 6 longest time open after faults, 7 and 8
 *       the same after 'pause', 9 was a trial; then for each scope: 1 to halve its share, ms to block it.
 * Returns the ms for which this call opened the breaker, 0 when it was open before, -1 when it is closed.
 *
 * A share is halved once for all calls that were under way together: only a call admitted after the last halving counts.
 */
export const RATE_SETTLE = script(
  'rate-settle',
  `${RATE}
local number, admitted, verdict = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local at = 10
for k = 1, #KEYS, 2 do
  local sent, state = KEYS[k], KEYS[k + 1]
  local s = redis.call('HMGET', state, 'share', 'since', 'until', 'slack')
  local span = math.max(1, math.min(1000, now + 1 - admitted))
  local slack = tonumber(s[4]) or 5
  slack = math.ceil(math.max(span, slack - (slack - span) / 8))
  -- A settled call is over by the end of this millisecond.
  redis.call('ZADD', sent, 'XX', 'LT', now + 1, number)
  local set = { 'slack', slack }
  local block, ttl = tonumber(ARGV[at + 1]), STATE_TTL
  if block > 0 then
    local till = math.max(tonumber(s[3]) or 0, now + block)
    set[#set + 1] = 'until'
    set[#set + 1] = string.format('%d', till)
    ttl = ttl + till - now
  end
  if ARGV[at] == '1' and admitted >= (tonumber(s[2]) or 0) then
    set[#set + 1] = 'share'
    set[#set + 1] = string.format('%.6f', math.max(LEAST, shareOf(s[1], s[2]) / 2))
    set[#set + 1] = 'since'
    set[#set + 1] = string.format('%d', now + 1)
  end
  redis.call('HSET', state, unpack(set))
  if redis.call('PTTL', state) < ttl then keep(state, ttl) end
  at = at + 2
end

local state = KEYS[#KEYS]
local s = redis.call('HMGET', state, 'faults', 'open', 'openMs')
local open = tonumber(s[2])
if verdict == 'ok' then
  -- A call from before the trouble says nothing about its end.
  if open and ARGV[9] ~= '1' then return 0 end
  redis.call('HDEL', state, 'faults', 'open', 'openMs', 'probe')
  return -1
end
if open and ARGV[9] ~= '1' then return 0 end
local faults = (tonumber(s[1]) or 0) + 1
redis.call('HSET', state, 'faults', faults)
if not open and verdict == 'fault' and faults < tonumber(ARGV[4]) then return -1 end
local least, most = tonumber(ARGV[5]), tonumber(ARGV[6])
if verdict == 'pause' then least, most = tonumber(ARGV[7]), tonumber(ARGV[8]) end
local openMs = math.max(least, math.min(most, (tonumber(s[3]) or 0) * 2))
redis.call('HSET', state, 'open', string.format('%d', now + openMs), 'openMs', openMs)
redis.call('HDEL', state, 'probe')
keep(state, STATE_TTL + openMs)
return openMs
`,
);
