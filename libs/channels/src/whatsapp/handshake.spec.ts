import { answerHandshake } from './handshake.js';

const good = { 'hub.mode': 'subscribe', 'hub.verify_token': 'dev-verify', 'hub.challenge': '1158201444' };

describe("Meta's subscription request", () => {
  it('gets its challenge back when the token fits', () => {
    expect(answerHandshake(good, ['dev-verify'])).toEqual({ ok: true, challenge: '1158201444' });
    expect(answerHandshake(good, ['new-token', 'dev-verify'])).toEqual({ ok: true, challenge: '1158201444' });
  });

  it.each([
    ['another token', { 'hub.verify_token': 'dev-verifx' }, 'token-mismatch'],
    ['a part of the token', { 'hub.verify_token': 'dev' }, 'token-mismatch'],
    ['no token', { 'hub.verify_token': undefined }, 'token-mismatch'],
    ['the token twice', { 'hub.verify_token': ['dev-verify', 'dev-verify'] }, 'token-mismatch'],
    ['another mode', { 'hub.mode': 'unsubscribe' }, 'mode-unknown'],
    ['no challenge', { 'hub.challenge': '' }, 'challenge-missing'],
    ['a huge challenge', { 'hub.challenge': 'x'.repeat(2_000) }, 'challenge-missing'],
  ])('is refused with %s', (_name, change, reason) => {
    expect(answerHandshake({ ...good, ...change }, ['dev-verify'])).toEqual({ ok: false, reason });
  });

  it.each([[[]], [['']]])('is refused while no token is configured (%j)', (tokens) => {
    const asked = { ...good, 'hub.verify_token': '' };
    expect(answerHandshake(asked, tokens)).toEqual({ ok: false, reason: 'no-token-configured' });
  });
});
