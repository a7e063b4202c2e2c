/**
 * Lua function `refusal(key0, last)`: the error of an effect's key that is no stream, or nothing; the keys are those after
 * `key0`, up to `last` where others follow. A script is not rolled back, so this is asked before its first write.
 *
 * Lua function `effects(at, key0)`: carries out the effects encoded in ARGV from index `at`; their streams are KEYS from
 * `key0 + 1`. Returns the index after them. Encoding: number of effects, then for each
 *   'm' key-index conversation-id message-id data                      a message of another stream
 *   'l' key-index cap channel partition number-of-fields field…        a line of a log, announced when channel ~= ''
 *
 * Lua function `skip(from)`: the index after the effects encoded from there, none of them carried out.
 */
export const EFFECTS = `
local function refusal(key0, last)
  for i = key0 + 1, last or #KEYS do
    local kind = redis.call('TYPE', KEYS[i]).ok
    if kind ~= 'none' and kind ~= 'stream' then
      return redis.error_reply('WRONGTYPE the key of an effect holds no stream: ' .. KEYS[i])
    end
  end
end
local function effects(at, key0)
  local n = tonumber(ARGV[at]); at = at + 1
  for _ = 1, n do
    local key = KEYS[key0 + tonumber(ARGV[at + 1])]
    if ARGV[at] == 'm' then
      redis.call('XADD', key, '*', 'k', ARGV[at + 2], 'i', ARGV[at + 3], 'd', ARGV[at + 4])
      at = at + 5
    else
      local cap, channel, partition, count = ARGV[at + 2], ARGV[at + 3], ARGV[at + 4], tonumber(ARGV[at + 5])
      local first = at + 6
      at = first + count
      local id
      if cap == '0' then id = redis.call('XADD', key, '*', unpack(ARGV, first, at - 1))
      else id = redis.call('XADD', key, 'MAXLEN', '~', cap, '*', unpack(ARGV, first, at - 1)) end
      if channel ~= '' then
        local d = ''
        for i = first, at - 1, 2 do if ARGV[i] == 'd' then d = ARGV[i + 1] end end
        redis.pcall('PUBLISH', channel, cjson.encode({ p = tonumber(partition), id = id, d = d }))
      end
    end
  end
  return at
end
local function skip(from)
  local count = tonumber(ARGV[from]); from = from + 1
  for _ = 1, count do
    if ARGV[from] == 'm' then from = from + 5 else from = from + 6 + tonumber(ARGV[from + 5]) end
  end
  return from
end
`;
