import { HELD } from './held.lua.js';
import { script } from './script.js';

/**
 * Reads a partition for its owner. The consumer name is the same for every owner, so that the next owner finds what the
 * last one left pending.
 *
 * KEYS: 1 stream, 2 lease, 3 replaced.
 * ARGV: 1 fence, 2 changes seen, 3 group, 4 count, 5 '>' or the id after which pending entries are wanted.
 * Returns 'FENCED', or the lease's count of changes and for each entry five items: entry id, conversation id, message id, data, mark. The mark is '' or
 * the only group meant behind '=', '!' for an entry that is not ours (data: its fields as JSON), '-' for one that is gone.
 */
export const READ = script(
  'read',
  `${HELD}
if not held(KEYS[2], ARGV[1], ARGV[2]) then return 'FENCED' end
local function read() return redis.pcall('XREADGROUP', 'GROUP', ARGV[3], 'owner', 'COUNT', ARGV[4], 'STREAMS', KEYS[1], ARGV[5]) end
local reply = read()
if reply and reply.err and string.find(reply.err, 'NOGROUP', 1, true) then return 'FENCED' end
if reply and reply.err then return reply end
if not reply then return { redis.call('HGET', KEYS[2], 'changes') } end
local out, n = { changed(KEYS[2]) }, 1
local replaced = redis.call('EXISTS', KEYS[3]) == 1
for _, entry in ipairs(reply[1][2]) do
  local f = entry[2]
  out[n + 1] = entry[1]
  if not f then
    out[n + 2] = ''; out[n + 3] = ''; out[n + 4] = ''; out[n + 5] = '-'
  elseif f[1] == 'k' and f[3] == 'i' and f[5] == 'd' then
    out[n + 2] = f[2]; out[n + 3] = f[4]
    out[n + 4] = replaced and redis.call('HGET', KEYS[3], entry[1]) or f[6]
    out[n + 5] = f[7] == 'g' and ('=' .. f[8]) or ''
  else
    local ok, json = pcall(cjson.encode, f)
    out[n + 2] = ''; out[n + 3] = ''; out[n + 4] = ok and json or ''; out[n + 5] = '!'
  end
  n = n + 5
end
return out
`,
);
