import { script } from './script.js';

/**
 * Notes when a guest wrote last; an older message that comes late changes nothing.
 * KEYS: 1 the conversation's time. ARGV: 1 the time, ms since 1970, 2 time to live ms.
 */
export const GUEST_WROTE = script(
  'guest-wrote',
  `
if tonumber(ARGV[1]) > tonumber(redis.call('GET', KEYS[1]) or 0) then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
return 1
`,
);
