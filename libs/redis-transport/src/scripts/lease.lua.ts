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
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('PEXPIRE', KEYS[1], ARGV[2] * 4)
return redis.call('ZRANGE', KEYS[1], 0, -1)
`,
);

/**
 * Takes a partition that nobody holds, or again one's own. The token grows with every new owner.
 * KEYS: 1 stream, 2 lease, 3 fence. ARGV: 1 group, 2 member, 3 ttl ms.
 * Returns the lease value and the group's last delivered id, or nothing.
 */
export const ACQUIRE = script(
  'acquire',
  `
local value = redis.call('GET', KEYS[2])
if value then
  if string.sub(value, string.find(value, ':', 1, true) + 1) ~= ARGV[2] then return {} end
  redis.call('PEXPIRE', KEYS[2], ARGV[3])
else
  value = redis.call('INCR', KEYS[3]) .. ':' .. ARGV[2]
  redis.call('SET', KEYS[2], value, 'PX', ARGV[3])
end
redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM')
for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local info = {}
  for i = 1, #group, 2 do info[group[i]] = group[i + 1] end
  if info['name'] == ARGV[1] then return { value, info['last-delivered-id'] } end
end
return {}
`,
);

/** KEYS: 1 lease. ARGV: 1 lease value, 2 ttl ms. Returns 1 while the lease is held, else 0. */
export const RENEW = script(
  'renew',
  `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`,
);

/** KEYS: 1 lease. ARGV: 1 lease value. */
export const RELEASE = script(
  'release',
  `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`,
);
