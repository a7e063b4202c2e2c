import { HELD } from './held.lua.js';
import { ADOPT } from './passing.lua.js';
import { script } from './script.js';

/**
 * Moves delayed messages that are due into the stream, in the order of their due times.
 * KEYS: 1 stream, 2 lease, 3 delayed, 4 delayed contents. ARGV: 1 fence, 2 changes seen, 3 most at once.
 * Returns 'FENCED', or the ms until the next one is due, -1 for none.
 */
export const PROMOTE = script(
  'promote',
  `${HELD}
if not held(KEYS[2], ARGV[1], ARGV[2]) then return 'FENCED' end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
for _, i in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now, 'LIMIT', 0, ARGV[3])) do
  local packed = redis.call('HGET', KEYS[4], i)
  if packed then
    local m = cmsgpack.unpack(packed)
    if m[3] == '' then redis.call('XADD', KEYS[1], '*', 'k', m[1], 'i', i, 'd', m[2])
    else redis.call('XADD', KEYS[1], '*', 'k', m[1], 'i', i, 'd', m[2], 'g', m[3]) end
    redis.call('HDEL', KEYS[4], i)
  end
  redis.call('ZREM', KEYS[3], i)
end
local first = redis.call('ZRANGE', KEYS[3], 0, 0, 'WITHSCORES')
if not first[2] then return -1 end
return math.max(0, tonumber(first[2]) - now)
`,
);

/**
 * Lets a group read again from an entry on. Entries after it that are pending are taken back, since they will be
 * delivered again in their place, with all their attempts; the owner's lease ends, so that nobody goes on from memory.
 * KEYS: 1 stream, 2 lease, 3 attempts, 4 given. ARGV: 1 group, 2 entry id.
 */
export const REWIND = script(
  'rewind',
  `${ADOPT}
redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM')
redis.call('DEL', KEYS[2])
adopt(KEYS[1], ARGV[1], redis.call('GET', KEYS[4]))
redis.call('DEL', KEYS[4])
while true do
  local pending = redis.call('XPENDING', KEYS[1], ARGV[1], '(' .. ARGV[2], '+', 1000)
  if #pending == 0 then break end
  local ids = {}
  for n, entry in ipairs(pending) do ids[n] = entry[1] end
  redis.call('XACK', KEYS[1], ARGV[1], unpack(ids))
  redis.call('HDEL', KEYS[3], unpack(ids))
end
redis.call('XGROUP', 'SETID', KEYS[1], ARGV[1], ARGV[2])
return 1
`,
);
