import { script } from './script.js';

/**
 * One reply's page of the outbound ledger, a hash: `state` (calling, unknown, sent, refused, free), `first` and `called`, ms
 * since 1970 by the server, `providerId`, `step` (the delivery state) and `stepAt`, `code` of a failure, and what the reply
 * belongs to. Every script renews the time to live.
 *
 * Reads it. KEYS: 1 page. Returns the server's time and the page's names and values.
 */
export const LEDGER_LOOK = script(
  'ledger-look',
  `
local t = redis.call('TIME')
return { t[1] * 1000 + math.floor(t[2] / 1000), redis.call('HGETALL', KEYS[1]) }
`,
);

/**
 * Begins a call.
 * KEYS: 1 page. ARGV: 1 time to live ms, then names and values of what the reply belongs to.
 * Returns 1, or 0 when a call is under way, of unknown outcome or done.
 */
export const LEDGER_BEGIN = script(
  'ledger-begin',
  `
local state = redis.call('HGET', KEYS[1], 'state')
if state == 'calling' or state == 'unknown' or state == 'sent' then return 0 end
local t = redis.call('TIME')
local now = string.format('%d', t[1] * 1000 + math.floor(t[2] / 1000))
redis.call('HSETNX', KEYS[1], 'first', now)
redis.call('HDEL', KEYS[1], 'code')
redis.call('HSET', KEYS[1], 'state', 'calling', 'called', now, unpack(ARGV, 2))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
`,
);

/**
 * Writes how a call ended, or what was found out about one of unknown outcome. What the provider itself said before by a
 * delivery status is not taken back by our not knowing.
 * KEYS: 1 page. ARGV: 1 time to live ms, 2 state, 3 the provider's id or ''.
 * Returns the state that holds.
 */
export const LEDGER_END = script(
  'ledger-end',
  `
local state = redis.call('HGET', KEYS[1], 'state')
if ARGV[2] == 'unknown' and (state == 'sent' or state == 'refused') then return state end
redis.call('HSET', KEYS[1], 'state', ARGV[2])
if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'providerId', ARGV[3]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return ARGV[2]
`,
);

/**
 * Notes a delivery status, in whichever order they come: sent, delivered, read go forward only and failed is final. A
 * status of any kind says that the provider has the reply; \`failed\` before the call's outcome was known, that it is lost.
 * KEYS: 1 page. ARGV: 1 time to live ms, 2 step, 3 its time, 4 the provider's id, 5 code of a failure or ''.
 * Returns the server's time and the page's names and values, none for a page that is not there.
 */
export const LEDGER_NOTE = script(
  'ledger-note',
  `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
if redis.call('EXISTS', KEYS[1]) == 0 then return { now, {} } end
local ranks = { sent = 1, delivered = 2, read = 3, failed = 4 }
local page = redis.call('HMGET', KEYS[1], 'state', 'step')
if (ranks[ARGV[2]] or 0) > (page[2] and ranks[page[2]] or 0) then
  local state = page[1]
  if state == 'calling' or state == 'unknown' then state = ARGV[2] == 'failed' and 'refused' or 'sent' end
  redis.call('HSET', KEYS[1], 'state', state, 'step', ARGV[2], 'stepAt', ARGV[3], 'providerId', ARGV[4])
  if ARGV[5] ~= '' then redis.call('HSET', KEYS[1], 'code', ARGV[5]) end
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return { now, redis.call('HGETALL', KEYS[1]) }
`,
);
