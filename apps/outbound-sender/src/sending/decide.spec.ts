import { type FailureClass, ProviderError } from '@switchboard/channels';
import { RetryLater, Unrecoverable } from '@switchboard/delivery';
import { decide, type FailedCall } from './decide.js';

const DAY_MS = 24 * 3_600_000;

function outcomeOf(error: unknown, call: Partial<FailedCall> = {}): unknown {
  try {
    return decide(error, { tryingMs: 0, senderInTrouble: false, ...call });
  } catch (thrown) {
    return thrown;
  }
}

const failed = (failure: FailureClass, providerWaitMs?: number) =>
  new ProviderError('CODE', failure, { providerWaitMs });

describe('a reply whose call failed', () => {
  it.each(['permanent', 'wait-long'] as const)('is given up at once: %s', (failure) => {
    expect(outcomeOf(failed(failure))).toBeInstanceOf(Unrecoverable);
  });

  it.each(['transient', 'stop'] as const)('costs an attempt: %s', (failure) => {
    const error = failed(failure);
    expect(outcomeOf(error)).toBe(error);
  });

  it.each(['transient', 'stop'] as const)('costs none while the sender is in trouble: %s', (failure) => {
    expect(outcomeOf(failed(failure), { senderInTrouble: true })).toBeInstanceOf(RetryLater);
  });

  it.each(['slow-number', 'slow-account', 'slow-pair', 'unknown'] as const)('waits at no cost: %s', (failure) => {
    expect(outcomeOf(failed(failure))).toBeInstanceOf(RetryLater);
  });

  it('waits as long as the provider asks, even for hours', () => {
    expect(outcomeOf(failed('transient', 7_200_000))).toMatchObject({ code: 'RETRY_LATER', afterMs: 7_200_000 });
  });

  it('is given up after a day of trying, whatever the reason', () => {
    expect(outcomeOf(failed('slow-number'), { tryingMs: DAY_MS + 1 })).toBeInstanceOf(Unrecoverable);
  });

  it('keeps an error that is nobody else’s', () => {
    const bug = new TypeError('a bug');
    expect(outcomeOf(bug)).toBe(bug);
  });
});
