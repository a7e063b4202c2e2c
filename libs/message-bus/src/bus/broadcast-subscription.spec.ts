import { type Broadcasts, type HeardSubscription } from '../ports/broadcasts.js';
import { BroadcastSubscription } from './broadcast-subscription.js';
import { Tally } from './tally.js';

/** Broadcasts of a store that never says anything. */
const silence: Broadcasts = {
  publish: () => Promise.resolve(1),
  tell: () => Promise.resolve(),
  subscribe: (_patterns, { signal }): HeardSubscription => ({
    ready: Promise.resolve(),
    next: () =>
      new Promise((resolve) => {
        const end = (): void => resolve({ done: true, value: undefined });
        if (signal.aborted) end();
        else signal.addEventListener('abort', end, { once: true });
      }),
    [Symbol.asyncIterator]() {
      return this;
    },
  }),
};

describe('a subscription to broadcasts', () => {
  it.each([true, false])('says that it has ended when its signal is aborted (before it began: %s)', async (before) => {
    const abort = new AbortController();
    if (before) abort.abort();
    const subscription = new BroadcastSubscription(silence, ['t'], new Tally({}), abort.signal);
    let ended = 0;
    subscription.onEnd(() => (ended += 1));
    abort.abort();
    expect(await subscription.next()).toMatchObject({ done: true });
    expect(ended).toBe(1);
  });
});
