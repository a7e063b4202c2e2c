import { type FailureClass, ProviderError } from '@switchboard/channels';
import { type RateVerdict } from '@switchboard/redis-transport';

/** A provider that says "too fast" without saying for how long is left alone for this time. */
const SLOW_BLOCK_MS = 1_000;

const slowScopes: Readonly<Partial<Record<FailureClass, NonNullable<RateVerdict['slow']>>>> = {
  'slow-number': 'sender',
  'slow-account': 'app',
  'slow-pair': 'pair',
};

/** What a failed call says about the provider, whatever becomes of the reply. */
export function verdictOf(error: unknown): RateVerdict {
  if (!(error instanceof ProviderError) || error.code === 'ABORTED') return { health: 'ok' };
  const { failure, retryAfterMs } = error;
  const slow = slowScopes[failure];
  if (slow) return { health: 'ok', slow, blockMs: retryAfterMs ?? SLOW_BLOCK_MS };
  if (failure === 'stop') return { health: 'pause' };
  if (failure === 'transient' || failure === 'unknown') {
    return { health: 'fault', ...(retryAfterMs === undefined ? {} : { blockMs: retryAfterMs }) };
  }
  return { health: 'ok' };
}
