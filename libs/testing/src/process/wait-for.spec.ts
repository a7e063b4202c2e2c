import { jest } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { waitFor, WaitTimeoutError } from './wait-for.js';

describe('waitFor', () => {
  it('returns the first truthy value', async () => {
    let looks = 0;
    expect(await waitFor(() => (++looks === 3 ? 'there' : undefined), { describe: 'x', everyMs: 1 })).toBe('there');
    expect(looks).toBe(3);
  });

  it('counts a look that throws as not yet, and names what was thrown when time is up', async () => {
    const broken = waitFor(() => Promise.reject(new Error('refused')), {
      describe: 'a reply',
      timeoutMs: 30,
      everyMs: 1,
    });
    await expect(broken).rejects.toMatchObject({
      name: 'WaitTimeoutError',
      message: expect.stringMatching(/^Not true within \d+ ms: a reply$/),
      cause: expect.objectContaining({ message: 'refused' }),
    });
  });

  it('keeps its deadline when a look hangs', async () => {
    const begin = Date.now();
    const hanging = waitFor(() => pause(60_000, true, { ref: false }), { describe: 'a frozen server', timeoutMs: 50 });
    await expect(hanging).rejects.toThrow(WaitTimeoutError);
    expect(Date.now() - begin).toBeLessThan(1_000);
  });

  it('asks for the description only when it failed', async () => {
    const describe = jest.fn(() => 'the state was 7');
    await waitFor(() => true, { describe });
    expect(describe).not.toHaveBeenCalled();
    await expect(waitFor(() => false, { describe, timeoutMs: 5, everyMs: 1 })).rejects.toThrow('the state was 7');
  });
});
