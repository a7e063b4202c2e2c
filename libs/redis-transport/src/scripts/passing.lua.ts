import { script } from './script.js';

/**
 * Lua function `before(a, b)`: true when entry id `a` is smaller.
 */
export const BEFORE = `
local function before(a, b)
  local am, as = string.match(a, '^(%d+)%-(%d+)$')
  local bm, bs = string.match(b, '^(%d+)%-(%d+)$')
  am, as, bm, bs = tonumber(am), tonumber(as), tonumber(bm), tonumber(bs)
  return am < bm or (am == bm and as < bs)
end
`;

/**
 * Lua function `countOf(stream, after, through)`: the number of entries after one id up to another.
 */
export const COUNT = `
local function countOf(stream, after, through)
  local count, got = 0, nil
  repeat
    local page = redis.call('XRANGE', stream, '(' .. after, through, 'COUNT', 16)
    got = #page
    count = count + got
    if got > 0 then after = page[got][1] end
  until got < 16
  return count
end
`;

/**
 * Lua function `claim(stream, group, ids)`: makes entries pending; the reply, or an error. What was deleted is not in the
 * reply.
 *
 * Lua function `moveMark(stream, group, id, entries)`: the error that prevents it, or nothing. Redis counts what a group has
 * read; a move of the mark says how much that is, else a group's lag would be unknown.
 */
const MARK = `
local function claim(stream, group, ids)
  local call = { 'XCLAIM', stream, group, 'owner', 0, unpack(ids) }
  call[#call + 1] = 'FORCE'
  call[#call + 1] = 'JUSTID'
  return redis.pcall(unpack(call))
end
local function moveMark(stream, group, id, entries)
  local reply
  if entries then reply = redis.pcall('XGROUP', 'SETID', stream, group, id, 'ENTRIESREAD', entries)
  else reply = redis.pcall('XGROUP', 'SETID', stream, group, id) end
  return reply.err and reply
end
`;

/**
 * The group's mark (its last delivered id) stands behind what the owner was handed out: it passes entries when they are
 * ended, and those between them that are not become pending then. So an entry that is ended in its order costs Redis one
 * move of the mark for all of its commit, and never becomes pending.
 *
 * What to pass is told in ARGV from `at`: the mark as the caller knows it, the id to pass to ('' for none), how many entries
 * lie between, how many of them are not ended, and their ids in order.
 *
 * Lua function `pendingOf(stream, group)`: how many entries are pending; or nothing, and what the script is to answer: 'FENCED'
 * when there is no such group, so that the owner begins anew, else the error.
 *
 * Lua function `passed(lease)`: the mark as this lease left it.
 *
 * Lua function `forgotten(lease, at)`: true when the mark is before the one that the caller knows.
 *
 * Lua function `pass(stream, lease, group, at)`: moves the mark and counts a change. Returns the error that prevents it, or
 * nothing. What an earlier call has passed, whose reply was lost, is left as it is. Needs `changed`.
 *
 * Lua function `takeGone(lease, id)`: true, once, for an entry that was deleted while it was in work. It cannot become pending;
 * the lease remembers it, since else it would be taken for one that was ended.
 */
export const PASS = `${BEFORE}${COUNT}${MARK}
local function pendingOf(stream, group)
  local reply = redis.pcall('XPENDING', stream, group)
  if not reply.err then return reply[1] end
  return nil, string.find(reply.err, 'NOGROUP', 1, true) and 'FENCED' or reply
end
local function passed(lease) return redis.call('HGET', lease, 'passed') end
local function forgotten(lease, at) return before(passed(lease), ARGV[at]) end
local function takeGone(lease, id) return redis.call('HDEL', lease, 'gone ' .. id) == 1 end
local function pass(stream, lease, group, at)
  local known, last, between, open = ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  if last == '' then return end
  local state = redis.call('HMGET', lease, 'passed', 'entries')
  local stored, entries = state[1], tonumber(state[2])
  if not before(stored, last) then return end
  local first, through = at + 4, at + 3 + open
  if stored ~= known then
    between = countOf(stream, stored, last)
    while first <= through and not before(stored, ARGV[first]) do first = first + 1 end
  end
  local missing = {}
  for from = first, through, 4000 do
    local ids = { unpack(ARGV, from, math.min(from + 3999, through)) }
    local claimed = claim(stream, group, ids)
    if claimed.err then return claimed end
    local n = 1
    for i = 1, #claimed < #ids and #ids or 0 do
      if claimed[n] == ids[i] then n = n + 1 else missing[#missing + 1] = ids[i] end
    end
  end
  entries = entries and entries + between
  local problem = moveMark(stream, group, last, entries)
  if problem then return problem end
  changed(lease)
  redis.call('HSET', lease, 'passed', last, 'entries', entries or '')
  for _, id in ipairs(missing) do redis.call('HSET', lease, 'gone ' .. id, '') end
end
`;

/**
 * Lua function `infoOf(stream, group)`: what XINFO tells of a group, by name; nothing when there is no such group.
 *
 * Lua function `entriesRead(stream, info)`: how much a group has read of all that was ever added; nothing when Redis cannot
 * tell. At the stream's end that is all of it, whatever was deleted or counted wrong before.
 */
export const GROUP_INFO = `
local function named(fields)
  local info = {}
  for i = 1, #fields, 2 do info[fields[i]] = fields[i + 1] end
  return info
end
local function infoOf(stream, group)
  for _, fields in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
    local info = named(fields)
    if info['name'] == group then return info end
  end
end
local function entriesRead(stream, info)
  local all, lag = named(redis.call('XINFO', 'STREAM', stream)), info['lag']
  if info['last-delivered-id'] == all['last-generated-id'] then return all['entries-added'] end
  return lag and all['entries-added'] - lag
end
`;

/**
 * Lua function `adopt(stream, group, given)`: makes everything pending that was handed out, up to the entry `given`, and
 * that the group's mark has not passed. An owner has a bounded number of entries in work: if there are more, somebody has
 * moved the mark, and the rest are new again.
 */
export const ADOPT = `${BEFORE}${MARK}${GROUP_INFO}
local function adopt(stream, group, given)
  local info = given and infoOf(stream, group)
  if not info then return end
  local mark, entries, adopted = info['last-delivered-id'], nil, 0
  if not before(mark, given) then return end
  entries = entriesRead(stream, info)
  local got
  repeat
    local page, ids = redis.call('XRANGE', stream, '(' .. mark, given, 'COUNT', 16), {}
    got = #page
    for i = 1, got do ids[i] = page[i][1] end
    if got > 0 then
      local reply = claim(stream, group, ids)
      if reply.err then error(reply, 0) end
      mark, adopted = ids[got], adopted + got
    end
  until got < 16 or adopted >= 8192
  local problem = adopted > 0 and moveMark(stream, group, mark, entries and entries + adopted)
  if problem then error(problem, 0) end
end
`;

/**
 * How many entries a group was handed out and its mark has not passed. Reads only.
 * KEYS: 1 stream, 2 given. ARGV: 1 the group's mark.
 */
export const IN_WORK = script(
  'in-work',
  `${BEFORE}${COUNT}
local given = redis.call('GET', KEYS[2])
return given and before(ARGV[1], given) and countOf(KEYS[1], ARGV[1], given) or 0
`,
);
