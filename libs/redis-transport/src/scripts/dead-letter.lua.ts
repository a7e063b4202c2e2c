import { EFFECTS } from './effects.lua.js';
import { BEFORE, GROUP_INFO } from './passing.lua.js';
import { script } from './script.js';

/**
 * Puts a dead letter's message back on its stream, for the group that gave it up, and removes the letter. A letter that
 * is gone is not replayed again.
 * KEYS: 1 dead letters, 2 edits, 3 stream, then the effects' streams.
 * ARGV: 1 letter's entry id, 2 conversation id, 3 message id, 4 group, 5 data unless edited, 6 effects.
 * Returns the new entry's id, or nothing when the letter is gone.
 */
export const REPLAY = script(
  'replay',
  `${EFFECTS}
local refused = refusal(3)
if refused then return refused end
if #redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1]) == 0 then return false end
local data = redis.call('HGET', KEYS[2], ARGV[1]) or ARGV[5]
local id = redis.call('XADD', KEYS[3], '*', 'k', ARGV[2], 'i', ARGV[3], 'd', data, 'g', ARGV[4])
redis.call('XDEL', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
effects(6, 3)
return id
`,
);

/** Removes a letter. KEYS as above. ARGV: 1 letter's entry id, 2 effects. Returns 1, or 0 when it was gone. */
export const DISCARD = script(
  'discard',
  `${EFFECTS}
local refused = refusal(3)
if refused then return refused end
if redis.call('XDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('HDEL', KEYS[2], ARGV[1])
effects(2, 3)
return 1
`,
);

/**
 * Ends the parking of a conversation and removes the letter: the message is tried again in its place, with its edited
 * data, or it is given up for good. The owner learns from its lease that it must look anew. A message that is to be read
 * again after a replay is not pending: empty data in place of its own tells the reader that it was discarded.
 * KEYS: 1 dead letters, 2 edits, 3 stream, 4 lease, 5 parked, 6 replaced, then the effects' streams.
 * ARGV: 1 letter's entry id, 2 conversation id, 3 entry id, 4 group, 5 'replay' or 'discard', 6 effects.
 * Returns 1, or 0 when the letter is gone.
 */
export const RELEASE_PARKED = script(
  'release-parked',
  `${EFFECTS}${BEFORE}${GROUP_INFO}
local refused = refusal(6)
if refused then return refused end
if redis.call('XDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
local data = redis.call('HGET', KEYS[2], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
if ARGV[5] == 'discard' then
  local info = redis.call('XACK', KEYS[3], ARGV[4], ARGV[3]) == 0 and infoOf(KEYS[3], ARGV[4])
  if info and before(info['last-delivered-id'], ARGV[3]) then redis.call('HSET', KEYS[6], ARGV[3], '')
  else redis.call('HDEL', KEYS[6], ARGV[3]) end
elseif data then redis.call('HSET', KEYS[6], ARGV[3], data) end
local parking = redis.call('HGET', KEYS[5], ARGV[2])
redis.call('HDEL', KEYS[5], ARGV[2])
if redis.call('EXISTS', KEYS[4]) == 1 then
  redis.call('HINCRBY', KEYS[4], 'released', 1)
  local letgo = redis.call('HGET', KEYS[4], 'letgo') or ''
  if parking then redis.call('HSET', KEYS[4], 'letgo', string.sub(parking .. ';' .. letgo, 1, 2000)) end
end
effects(6, 6)
return 1
`,
);

/** Changes the message a letter would replay. KEYS: 1 dead letters, 2 edits. ARGV: 1 letter's entry id, 2 data. */
export const EDIT = script(
  'edit',
  `
if #redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
return 1
`,
);
