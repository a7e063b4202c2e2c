import { HELD } from './held.lua.js';
import { ADOPT } from './passing.lua.js';
import { script } from './script.js';

/**
 * Says that a member lives; answers all living members. Time is the server's.
 * KEYS: 1 members. ARGV: 1 member, 2 ttl ms.
 */
export const ANNOUNCE = script(
  'announce',
  `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2] * 4)
return redis.call('ZRANGE', KEYS[1], 0, -1)
`,
);

/**
 * Takes a partition that nobody holds, or again one's own. Every taking gives a new token, so that nothing sent under an
 * earlier one can succeed; the nonce tells apart tokens that a failover made the server give out twice. What the last
 * owner was handed out and did not end becomes pending.
 * KEYS: 1 stream, 2 lease, 3 last token, 4 parked, 5 given. ARGV: 1 group, 2 member, 3 ttl ms, 4 nonce.
 * Returns the fence, the group's last delivered id and the parked conversations, or nothing.
 */
export const ACQUIRE = script(
  'acquire',
  `${ADOPT}
local owner = redis.call('HGET', KEYS[2], 'member')
if owner and owner ~= ARGV[2] then return {} end
redis.call('DEL', KEYS[2])
local fence = redis.call('INCR', KEYS[3]) .. ':' .. ARGV[4]
redis.call('HSET', KEYS[2], 'member', ARGV[2], 'fence', fence, 'changes', 0)
redis.call('PEXPIRE', KEYS[2], ARGV[3])
local isNew = not redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM').err
if isNew then redis.call('DEL', KEYS[5]) else adopt(KEYS[1], ARGV[1], redis.call('GET', KEYS[5])) end
local info = infoOf(KEYS[1], ARGV[1])
if not info then return {} end
local last = info['last-delivered-id']
redis.call('HSET', KEYS[2], 'passed', last, 'entries', entriesRead(KEYS[1], info) or '')
return { fence, last, redis.call('HKEYS', KEYS[4]) }
`,
);

/**
 * KEYS: 1 lease. ARGV: 1 fence, 2 changes seen, 3 ttl ms.
 * Returns -1 when it is lost, else how often a parked conversation was let go under this lease.
 */
export const RENEW = script(
  'renew',
  `${HELD}
if not held(KEYS[1], ARGV[1], ARGV[2]) then return -1 end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return tonumber(redis.call('HGET', KEYS[1], 'released') or 0)
`,
);

/** KEYS: 1 lease, 2 parked. ARGV: 1 fence, 2 changes seen. Returns 'FENCED', or the count as above and the parked conversations. */
export const PARKED = script(
  'parked',
  `${HELD}
if not held(KEYS[1], ARGV[1], ARGV[2]) then return 'FENCED' end
return { tonumber(redis.call('HGET', KEYS[1], 'released') or 0), redis.call('HKEYS', KEYS[2]) }
`,
);

/** KEYS: 1 lease. ARGV: 1 fence. */
export const RELEASE = script(
  'release',
  `
if redis.call('HGET', KEYS[1], 'fence') == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`,
);
