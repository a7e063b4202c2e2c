import { EFFECTS } from './effects.lua.js';
import { HELD } from './held.lua.js';
import { GROUP_INFO, PASS } from './passing.lua.js';
import { script } from './script.js';

/**
 * Ends turns of one partition: acknowledgement and effects together. Effects come before the acknowledgement, since the
 * first of them is what a full memory refuses, and then nothing has happened.
 * A turn with effects whose first entry was passed and is no longer pending was committed before: only its reply was lost.
 *
 * KEYS: 1 stream, 2 lease, 3 attempts, 4 replaced, then the effects' streams.
 * ARGV: 1 fence, 2 changes seen, 3 group, from 4 what to pass; number of entries that are only acknowledged, their ids, or
 *       '-' when these are the first that the mark has not passed; number of other turns; for each: forget attempts
 *       '1'|'0', number of entries, entry ids, effects.
 * Returns 'FENCED' or the lease's count of changes. 'UNSURE', nothing done: the ids were left out, but the mark is not where
 * the caller believes it, so that some may be pending.
 */
export const COMMIT = script(
  'commit',
  `${HELD}${PASS}${EFFECTS}
if not held(KEYS[2], ARGV[1], ARGV[2]) then return 'FENCED' end
local refused = refusal(4)
if refused then return refused end
local group, acks = ARGV[3], {}
local at = 8 + tonumber(ARGV[7])
local mark = passed(KEYS[2])
if forgotten(KEYS[2], 4) then return 'FENCED' end
if ARGV[at] == '-' and mark ~= ARGV[4] then return 'UNSURE' end
local pending
pending, refused = pendingOf(KEYS[1], group)
if refused then return refused end
local firstPlain, lastPlain = at + 1, at + (tonumber(ARGV[at]) or 0)
at = lastPlain + 2
for _ = 1, tonumber(ARGV[at - 1]) do
  local forget, count = ARGV[at] == '1', tonumber(ARGV[at + 1])
  local first, last = at + 2, at + 1 + count
  at = last + 1
  if ARGV[at] ~= '0' then
    local id = ARGV[first]
    local committedBefore = not before(mark, id) and #redis.call('XPENDING', KEYS[1], group, id, id, 1) == 0
      and not takeGone(KEYS[2], id)
    if committedBefore then at = skip(at) else at = effects(at, 4) end
  else
    at = at + 1
  end
  for i = first, last do
    acks[#acks + 1] = ARGV[i]
    if forget then redis.call('HDEL', KEYS[3], ARGV[i]); redis.call('HDEL', KEYS[4], ARGV[i]) end
  end
end
local function acknowledge(ids, first, last)
  for from = first, last, 4000 do
    redis.call('XACK', KEYS[1], group, unpack(ids, from, math.min(from + 3999, last)))
  end
end
if pending > 0 then
  acknowledge(ARGV, firstPlain, lastPlain)
  acknowledge(acks, 1, #acks)
end
refused = pass(KEYS[1], KEYS[2], group, 4)
if refused then return refused end
return changed(KEYS[2])
`,
);

/**
 * Parks a conversation at a message that was given up. The message becomes pending and stays so. The lease remembers the
 * parkings that were let go lately, so that a repeated call does not park a conversation again that was let go in between.
 * KEYS: 1 stream, 2 lease, 3 attempts, 4 parked, then the effects' streams.
 * ARGV: 1 fence, 2 changes seen, 3 group, from 4 what to pass; conversation id, entry id, token, effects.
 * Returns 'FENCED' or the count of changes.
 */
export const PARK = script(
  'park',
  `${HELD}${PASS}${EFFECTS}
if not held(KEYS[2], ARGV[1], ARGV[2]) then return 'FENCED' end
local refused = refusal(4)
if refused then return refused end
local _, absent = pendingOf(KEYS[1], ARGV[3])
if absent then return absent end
if forgotten(KEYS[2], 4) then return 'FENCED' end
local at = 8 + tonumber(ARGV[7])
local key, entry, token = ARGV[at], ARGV[at + 1], ARGV[at + 2]
local parking = entry .. ' ' .. token
local letgo = redis.call('HGET', KEYS[2], 'letgo') or ''
if redis.call('HGET', KEYS[4], key) ~= parking and not string.find(letgo, parking .. ';', 1, true) then
  effects(at + 3, 4)
  redis.call('HSET', KEYS[4], key, parking)
end
redis.call('HDEL', KEYS[3], entry)
refused = pass(KEYS[1], KEYS[2], ARGV[3], 4)
if refused then return refused end
return changed(KEYS[2])
`,
);

/**
 * KEYS: 1 attempts, 2 lease. ARGV: 1 fence, 2 changes seen, then entry ids.
 * Returns 'FENCED' or for each: attempts that are over, with a '+' behind when one more was begun; nothing for none.
 */
export const ATTEMPTS_OF = script(
  'attempts-of',
  `${HELD}
if not held(KEYS[2], ARGV[1], ARGV[2]) then return 'FENCED' end
return redis.call('HMGET', KEYS[1], unpack(ARGV, 3))
`,
);

/**
 * KEYS: 1 attempts, 2 lease. ARGV: 1 fence, 2 changes seen, then entry ids and attempts as above in turn.
 * Returns 'FENCED' or the count of changes.
 *
 * The deletion comes first because a script whose first write frees memory may go on while the memory is full.
 */
export const STORE_ATTEMPTS = script(
  'store-attempts',
  `${HELD}
if not held(KEYS[2], ARGV[1], ARGV[2]) then return 'FENCED' end
redis.call('HDEL', KEYS[1], ARGV[3])
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
return changed(KEYS[2])
`,
);

/**
 * Removes entries that are older than the retention and that every group has handled. The bound is the smallest id that
 * some group has pending or has not seen.
 * Besides, the owner learns from Redis how much the group has read, as soon as Redis can tell.
 * KEYS: 1 stream, 2 lease. ARGV: 1 fence, 2 changes seen, 3 retention ms, 4 group. Returns the number removed or 'FENCED'.
 */
export const TRIM = script(
  'trim',
  `${HELD}${GROUP_INFO}
local function recount(stream, lease, group)
  local info = infoOf(stream, group)
  local entries = info and tostring(entriesRead(stream, info) or '')
  if not info or entries == '' or redis.call('HGET', lease, 'entries') == entries then return end
  redis.call('XGROUP', 'SETID', stream, group, info['last-delivered-id'], 'ENTRIESREAD', entries)
  redis.call('HSET', lease, 'entries', entries)
end
if not held(KEYS[2], ARGV[1], ARGV[2]) then return 'FENCED' end
local function parts(id)
  local ms, seq = string.match(id, '^(%d+)%-(%d+)$')
  return tonumber(ms), tonumber(seq)
end
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
recount(KEYS[1], KEYS[2], ARGV[4])
local t = redis.call('TIME')
local ms, seq = t[1] * 1000 + math.floor(t[2] / 1000) - ARGV[3], 0
if ms <= 0 then return 0 end
for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local info = {}
  for i = 1, #group, 2 do info[group[i]] = group[i + 1] end
  local bound = info['last-delivered-id']
  local after = 1
  if info['pending'] > 0 then
    bound = redis.call('XPENDING', KEYS[1], info['name'])[2]
    after = 0
  end
  local bms, bseq = parts(bound)
  bseq = bseq + after
  if bseq >= 9007199254740992 then bms, bseq = bms + 1, 0 end
  if bms < ms or (bms == ms and bseq < seq) then ms, seq = bms, bseq end
end
return redis.call('XTRIM', KEYS[1], 'MINID', '~', string.format('%d-%d', ms, seq), 'LIMIT', 10000)
`,
);
