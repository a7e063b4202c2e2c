/**
 * Lua function `held(key, fence, seen)`: true while the lease is the caller's and the server has not forgotten anything
 * the caller saw. A failover to a replica that lagged, or a restart from an older file, takes back reads and commits
 * that were answered; the lease's own count of changes then is behind what the owner saw, and the owner must begin anew.
 * Function `changed(key)` counts one more change and returns the count. While the memory is full Redis refuses a script's
 * first write unless that can free memory, so a field that never exists is deleted before.
 */
export const HELD = `
local function held(key, fence, seen)
  local lease = redis.call('HMGET', key, 'fence', 'changes')
  return lease[1] == fence and tonumber(lease[2]) >= tonumber(seen)
end
local function changed(key)
  redis.call('HDEL', key, 'no such field')
  return redis.call('HINCRBY', key, 'changes', 1)
end
`;
