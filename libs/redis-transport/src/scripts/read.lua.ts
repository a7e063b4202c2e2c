import { HELD } from './held.lua.js';
import { PASS } from './passing.lua.js';
import { script } from './script.js';

/**
 * Reads a partition for its owner. New entries are only looked at: they become pending when the group's mark passes them,
 * or when another owner takes the partition, which the last id given out tells. So a read may be repeated, and may come late.
 * The consumer name is the same for every owner, so that the next one finds what the last one left pending.
 *
 * KEYS: 1 stream, 2 lease, 3 replaced, 4 given.
 * ARGV: 1 fence, 2 changes seen, 3 group, 4 count, 5 most bytes, 6 'new' or 'pending', 7 the id after which, then what to pass.
 * Returns 'FENCED', or the lease's count of changes, '1' when more may follow, the marks, and for each entry four
 * items: entry id, conversation id, message id, data. Marks are few: for each marked entry its place, from 1, and '=' with
 * the only group meant, '~' when other data took the place of its own, 'x' when it was discarded, '!' for an entry that is not ours (data: its fields as JSON), or '-' for one that is gone.
 */
export const READ = script(
  'read',
  `${HELD}${PASS}
if not held(KEYS[2], ARGV[1], ARGV[2]) then return 'FENCED' end
local _, refused = pendingOf(KEYS[1], ARGV[3])
if refused then return refused end
if forgotten(KEYS[2], 8) then return 'FENCED' end
refused = pass(KEYS[1], KEYS[2], ARGV[3], 8)
if refused then return refused end
local new, after = ARGV[6] == 'new', ARGV[7]
local out, marks, n, place = { 0, '', false }, {}, 3, 0
local replaced = redis.call('EXISTS', KEYS[3]) == 1
local function mark(text)
  marks[#marks + 1] = place
  marks[#marks + 1] = text
end
local left, room, want, got = tonumber(ARGV[4]), tonumber(ARGV[5]), 16
repeat
  want = math.min(left, want)
  local entries, bytes = nil, 0
  if new then entries = redis.call('XRANGE', KEYS[1], '(' .. after, '+', 'COUNT', want)
  else
    entries = redis.call('XREADGROUP', 'GROUP', ARGV[3], 'owner', 'COUNT', want, 'STREAMS', KEYS[1], after)[1][2]
  end
  got = #entries
  for at = 1, got do
    local entry = entries[at]
    local id, f = entry[1], entry[2]
    place = place + 1
    out[n + 1] = id
    if f and f[1] == 'k' and f[3] == 'i' and f[5] == 'd' then
      local data = f[6]
      local other = replaced and redis.call('HGET', KEYS[3], id)
      if other == '' then mark('x') elseif other then data = other; mark('~') end
      out[n + 2] = f[2]; out[n + 3] = f[4]; out[n + 4] = data
      bytes = bytes + #data
      if f[7] == 'g' then mark('=' .. f[8]) end
    else
      local ok, json = pcall(cjson.encode, f)
      json = f and ok and json or ''
      out[n + 2] = ''; out[n + 3] = ''; out[n + 4] = json
      bytes = bytes + #json
      mark(f and '!' or '-')
    end
    n = n + 4
  end
  if got > 0 then
    after = entries[got][1]
    left, room = left - got, room - bytes
  end
  local full = got < want or left <= 0 or room <= 0
  want = bytes > 0 and math.max(1, math.floor(room * got / bytes)) or left
until full
if place == 0 then return { redis.call('HGET', KEYS[2], 'changes') } end
out[1] = changed(KEYS[2])
local given = new and redis.call('GET', KEYS[4])
if new and (not given or before(given, after)) then redis.call('SET', KEYS[4], after) end
out[2] = (left <= 0 or room <= 0) and '1' or ''
out[3] = marks
return out
`,
);
