import { type FailureClass, ProviderError } from '@switchboard/channels';
import { verdictOf } from './verdict-of.js';

const of = (failure: FailureClass, providerWaitMs?: number) =>
  verdictOf(new ProviderError('CODE', failure, { providerWaitMs }));

describe('what a failed call says about the provider', () => {
  it.each([
    ['slow-number', 'sender'],
    ['slow-account', 'app'],
    ['slow-pair', 'pair'],
  ] as const)('%s slows the %s, for as long as the provider asks', (failure, slow) => {
    expect(of(failure, 60_000)).toEqual({ health: 'ok', slow, blockMs: 60_000 });
  });

  it('a guest who gets messages too fast is left alone for 6 s, others too fast for one', () => {
    expect(of('slow-pair').blockMs).toBe(6_000);
    expect(of('slow-number').blockMs).toBe(1_000);
  });

  it('trouble and silence count against the sender, a wait it asks for holds', () => {
    expect(of('transient')).toEqual({ health: 'fault' });
    expect(of('transient', 3_000)).toEqual({ health: 'fault', blockMs: 3_000 });
    expect(of('unknown')).toEqual({ health: 'fault' });
  });

  it('a token or account that is not accepted pauses the sender', () => {
    expect(of('stop')).toEqual({ health: 'pause' });
  });

  it.each(['permanent', 'wait-long'] as const)('%s is about the reply alone', (failure) => {
    expect(of(failure)).toEqual({ health: 'ok' });
  });

  it('our own end of a call says nothing', () => {
    expect(verdictOf(new ProviderError('ABORTED', 'unknown'))).toEqual({ health: 'ok' });
    expect(verdictOf(new Error('a bug'))).toEqual({ health: 'ok' });
  });
});
