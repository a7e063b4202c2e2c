/**
 * What the scripts of the rate governor have in common. A scope has three keys: `sent`, a sorted set of the calls by the
 * latest time at which the provider can have got each; `waiting`, a sorted set of the tickets' numbers by the time each is
 * planned for; `state`, a hash: `share` of the limits that is used and `since` when, `until` when it is blocked, `slack` in
 * ms, `full`, and of the circuit breaker `faults`, `open` until when, `openMs`, `probe` until when a trial call may last.
 * All times are the server's, ms since 1970.
 *
 * Lua: `now`; `LEAST`, the smallest share; `shareOf(state)`, which recovers by addition; `keep(key, ms)`.
 */
export const RATE = `
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local LEAST, RECOVERY, STATE_TTL = 0.0625, 60000, 3600000
local function shareOf(share, since)
  return math.min(1, (tonumber(share) or 1) + math.max(0, now - (tonumber(since) or now)) / RECOVERY)
end
local function keep(key, ms) redis.call('PEXPIRE', key, math.ceil(ms)) end
`;
