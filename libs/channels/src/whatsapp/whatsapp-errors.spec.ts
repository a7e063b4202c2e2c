import { treatmentOf } from '../outbound/failure-class.js';
import { classOfWhatsAppFailure, codeOfAnswer } from './whatsapp-errors.js';

const kindOf = (code: number | undefined, status = 400) => treatmentOf(classOfWhatsAppFailure(code, status)).kind;

describe("Meta's error code decides", () => {
  it.each([130429, 80007, 4, 131000, 131016, 2, 1, 131057, 132069])('to retry at %d', (code) => {
    expect(kindOf(code)).toBe('retry');
  });

  it('whose rate is to be lowered', () => {
    expect(classOfWhatsAppFailure(130429, 400)).toBe('slow-number');
    expect([80007, 4].map((code) => classOfWhatsAppFailure(code, 400))).toEqual(['slow-account', 'slow-account']);
    expect(classOfWhatsAppFailure(131056, 400)).toBe('slow-pair');
  });

  it('to hold this guest for at least 6 s at 131056', () => {
    expect(treatmentOf(classOfWhatsAppFailure(131056, 400))).toEqual({ kind: 'retry-after', retryAfterMs: 6_000 });
    expect(treatmentOf('slow-pair', 60_000).retryAfterMs).toBe(60_000);
    expect(treatmentOf('slow-pair', 1_000).retryAfterMs).toBe(6_000);
  });

  it.each([131049, 133016])('to wait a day at %d', (code) => {
    expect(treatmentOf(classOfWhatsAppFailure(code, 400))).toEqual({ kind: 'retry-after', retryAfterMs: 86_400_000 });
  });

  it.each([131048, 131064, 368, 131031, 130497, 131042, 0, 190, 3, 10, 200, 250, 299, 131005, 131045])(
    'to stop and call a person at %d',
    (code) => {
      expect(classOfWhatsAppFailure(code, 400)).toBe('stop');
      expect(kindOf(code)).toBe('pause');
    },
  );

  it.each([
    131026, 131047, 131051, 131008, 131009, 100, 131030, 131021, 132000, 132001, 132005, 132007, 132008, 132012, 132015,
    132016, 132068, 130472, 131050, 131052, 131053, 131062, 137000,
  ])('never to retry at %d', (code) => {
    expect(classOfWhatsAppFailure(code, 400)).toBe('permanent');
    expect(kindOf(code)).toBe('permanent');
  });

  it('over the HTTP status', () => {
    expect(kindOf(131026, 500)).toBe('permanent');
    expect(kindOf(131016, 400)).toBe('retry');
  });

  it.each([
    [500, 'retry'],
    [503, 'retry'],
    [504, 'unknown-outcome'],
    [429, 'retry'],
    [400, 'permanent'],
    [401, 'pause'],
    [302, 'permanent'],
  ])('unless it is unknown or missing, then HTTP %d does', (status, kind) => {
    expect(kindOf(undefined, status)).toBe(kind);
    expect(kindOf(999_999, status)).toBe(kind);
  });

  it('and is read only where it is a whole number', () => {
    expect(codeOfAnswer({ error: { code: 190 } })).toBe(190);
    for (const json of [undefined, null, 'x', [], {}, { error: null }, { error: { code: '190' } }]) {
      expect(codeOfAnswer(json)).toBeUndefined();
    }
  });
});
