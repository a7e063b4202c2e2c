import { EFFECTS } from '../scripts/effects.lua.js';
import { script } from '../scripts/script.js';

/**
 * Numbers a broadcast among its sender's on a topic, writes the audit trail and tells everybody.
 * KEYS: 1 numbers, then the effects' streams. ARGV: 1 sender, 2 channel, 3 JSON object without `sequence`, 4 effects.
 * Returns the number.
 */
export const BROADCAST = script(
  'broadcast',
  `${EFFECTS}
local refused = refusal(1)
if refused then return refused end
local n = redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
redis.call('PEXPIRE', KEYS[1], ${30 * 24 * 3_600_000})
effects(4, 1)
redis.call('PUBLISH', ARGV[2], '{"sequence":' .. n .. ',' .. string.sub(ARGV[3], 2))
return n
`,
);
