import { script } from '../scripts/script.js';

/** A mailbox that nobody writes to for this long is forgotten with its numbers, ms. */
export const IDLE_MS = 30 * 24 * 3_600_000;

/**
 * A memory of ids in two hashes: `young` lives two windows and becomes `old` after one, so a value is remembered for at
 * least one window and at most two. Functions `recall(young, old, id)` and `keep(young, old, id, value, window)`.
 */
export const MEMORY = `
local function recall(young, old, id)
  return redis.call('HGET', young, id) or redis.call('HGET', old, id)
end
local function keep(young, old, id, value, window)
  local left = redis.call('PTTL', young)
  if left >= 0 and left < window then
    redis.call('UNLINK', old)
    redis.call('RENAME', young, old)
    left = -2
  end
  redis.call('HSET', young, id, value)
  if left == -2 then redis.call('PEXPIRE', young, window * 2) end
end
`;

/**
 * Function `note(key, sender, number, priority)`: a number has arrived; answers 1 when a lower one has not. Of each sender
 * the hash holds: `c` all numbers up to here have arrived, `a` numbers beyond that, one field each, `m` the greatest of
 * them, and by priority `p` the greatest that came with it.
 */
const ARRIVALS = `
local function note(key, sender, number, priority)
  if number == '' then return 0 end
  local hole = 0
  local n, c = tonumber(number), tonumber(redis.call('HGET', key, 'c:' .. sender) or '0')
  if n == c + 1 then
    c = n
    while redis.call('HDEL', key, 'a:' .. (c + 1) .. ':' .. sender) == 1 do c = c + 1 end
    redis.call('HSET', key, 'c:' .. sender, c)
    local m = tonumber(redis.call('HGET', key, 'm:' .. sender) or '0')
    if m > c then hole = 1
    elseif m > 0 then
      redis.call('HDEL', key, 'm:' .. sender, 'p:high:' .. sender, 'p:normal:' .. sender, 'p:low:' .. sender)
    end
  elseif n > c then
    hole = 1
    redis.call('HSET', key, 'a:' .. n .. ':' .. sender, '1')
    for _, field in ipairs({ 'm:', 'p:' .. priority .. ':' }) do
      local most = tonumber(redis.call('HGET', key, field .. sender) or '0')
      if n > most then redis.call('HSET', key, field .. sender, n) end
    end
  end
  if redis.call('PTTL', key) == -1 then redis.call('PEXPIRE', key, ${IDLE_MS}) end
  return hole
end
`;

/**
 * Numbers a message among its sender's in a mailbox; the same id gets the same number again.
 * KEYS: 1 numbers, 2 given young, 3 given old, 4 arrived. ARGV: 1 sender, 2 id, 3 window ms. Returns the number.
 */
export const NUMBER = script(
  'number',
  `${MEMORY}
local given = recall(KEYS[2], KEYS[3], ARGV[2])
if given then return tonumber(given) end
local n = redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
keep(KEYS[2], KEYS[3], ARGV[2], n, tonumber(ARGV[3]))
redis.call('PEXPIRE', KEYS[1], ${IDLE_MS})
redis.call('PEXPIRE', KEYS[4], ${IDLE_MS})
return n
`,
);

/**
 * Notes that a message reached a reader and tells what is known of it.
 *
 * Runs with a full memory, too: it must be possible to finish what was begun, and little is written.
 *
 * KEYS: 1 arrived, 2 handled young, 3 handled old, 4 withdrawn. ARGV: 1 id, 2 sender, 3 number or '', 4 priority.
 * Returns the state and 1 when a lower number is missing.
 */
export const ARRIVE = script(
  'arrive',
  `#!lua flags=allow-oom
${MEMORY}${ARRIVALS}
local hole = note(KEYS[1], ARGV[2], ARGV[3], ARGV[4])
local state = 'new'
if recall(KEYS[2], KEYS[3], ARGV[1]) then state = 'handled'
elseif redis.call('HEXISTS', KEYS[4], ARGV[1]) == 1 then state = 'withdrawn' end
return { state, hole }
`,
);

/**
 * Numbers that cannot come any more: a later one has come with each priority that still has messages waiting. They count
 * as arrived from then on.
 * KEYS: 1 arrived. ARGV: 1 sender, then the priorities with messages waiting.
 * Returns 1 when some number is still awaited, then the numbers that are missing.
 */
export const MISSING = script(
  'missing',
  `
local sender = ARGV[1]
local c = tonumber(redis.call('HGET', KEYS[1], 'c:' .. sender) or '0')
local m = tonumber(redis.call('HGET', KEYS[1], 'm:' .. sender) or '0')
local limit = m
for i = 2, #ARGV do
  limit = math.min(limit, tonumber(redis.call('HGET', KEYS[1], 'p:' .. ARGV[i] .. ':' .. sender) or '0'))
end
local out = {}
local most = c + 10000
while c + 1 < limit and c < most do
  c = c + 1
  if redis.call('HDEL', KEYS[1], 'a:' .. c .. ':' .. sender) == 0 then out[#out + 1] = c end
end
while redis.call('HDEL', KEYS[1], 'a:' .. (c + 1) .. ':' .. sender) == 1 do c = c + 1 end
if m > 0 then redis.call('HSET', KEYS[1], 'c:' .. sender, c) end
if m <= c then
  redis.call('HDEL', KEYS[1], 'm:' .. sender, 'p:high:' .. sender, 'p:normal:' .. sender, 'p:low:' .. sender)
end
return { m > c and 1 or 0, unpack(out) }
`,
);

/**
 * Remembers a message as handled and, since a failover may have forgotten that, as arrived. If its sender has given it up
 * meanwhile, it is no dead letter any more.
 * KEYS: 1 arrived, 2 handled young, 3 handled old, 4 withdrawn, 5 its times.
 * ARGV: 1 id, 2 sender, 3 number or '', 4 priority, 5 window ms.
 */
export const REMEMBER = script(
  'remember',
  `#!lua flags=allow-oom
${MEMORY}${ARRIVALS}
note(KEYS[1], ARGV[2], ARGV[3], ARGV[4])
if not recall(KEYS[2], KEYS[3], ARGV[1]) then keep(KEYS[2], KEYS[3], ARGV[1], '1', tonumber(ARGV[5])) end
if redis.call('HDEL', KEYS[4], ARGV[1]) == 1 then redis.call('ZREM', KEYS[5], ARGV[1]) end
return 1
`,
);
