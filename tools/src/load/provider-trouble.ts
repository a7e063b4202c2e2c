import { setTimeout as pause } from 'node:timers/promises';
import { type FakeProvider } from '@switchboard/testing';
import { type Random } from '../chaos/random.js';

type Trouble = (provider: FakeProvider<unknown>, random: Random) => void;

const troubles: readonly Trouble[] = [
  // Enough to open a circuit breaker, which then doubles its time with every further failure.
  (provider, random) => provider.failNext(random.between(2, 7), { status: 500 }),
  (provider, random) => provider.resetAfterAcceptingNext(random.between(1, 4)),
  (provider, random) => provider.hangAfterAcceptingNext(random.between(1, 2)),
  (provider, random) => provider.answerAfter(() => random.between(20, 400)),
  (provider, random) => provider.answerAfter(() => random.between(0, 40)),
];

/** Quiet between two troubles, ms. */
const CALM_MIN_MS = 300;
const CALM_MAX_MS = 1_500;

/** Gives the providers one trouble after the other until the signal. */
export async function troubleProviders(
  providers: readonly FakeProvider<unknown>[],
  random: Random,
  over: AbortSignal,
): Promise<void> {
  while (!over.aborted) {
    random.pick(troubles)(random.pick(providers), random);
    await pause(random.between(CALM_MIN_MS, CALM_MAX_MS), undefined, { signal: over }).catch(() => undefined);
  }
  for (const provider of providers) {
    provider.recover();
    provider.answerAfter(() => 0);
  }
}
