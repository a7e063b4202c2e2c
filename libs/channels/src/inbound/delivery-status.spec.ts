import fc from 'fast-check';
import { type DeliveryStatus, deliverySteps, mergeStatus } from './delivery-status.js';

const notices: fc.Arbitrary<DeliveryStatus> = fc.record(
  {
    messageId: fc.constant('wamid.1'),
    status: fc.constantFrom(...deliverySteps),
    timestamp: fc.integer({ min: 0, max: 3 }).map((second) => new Date(second * 1_000).toISOString()),
    recipient: fc.constantFrom('15551234567', 'US.1'),
    via: fc.constant('1'),
    errors: fc.array(fc.record({ code: fc.integer({ min: 1, max: 2 }) }), { maxLength: 1 }),
    callbackData: fc.constant('reply-1'),
  },
  { requiredKeys: ['messageId', 'status', 'timestamp', 'via', 'errors'] },
);
const rank = ({ status }: DeliveryStatus): number => deliverySteps.indexOf(status);

describe('the state of a message after notices about it', () => {
  it('is the same in whatever order they come, however often, and however they are put together', () => {
    fc.assert(
      fc.property(notices, notices, notices, (a, b, c) => {
        expect(mergeStatus(a, b)).toEqual(mergeStatus(b, a));
        expect(mergeStatus(a, a)).toEqual(a);
        expect(mergeStatus(mergeStatus(a, b), c)).toEqual(mergeStatus(a, mergeStatus(b, c)));
        expect(mergeStatus(mergeStatus(a, b), b)).toEqual(mergeStatus(a, b));
      }),
    );
  });

  it('never goes back, and a failure is final', () => {
    fc.assert(
      fc.property(notices, fc.array(notices, { maxLength: 8 }), (first, others) => {
        let state = first;
        for (const notice of others) {
          const next = mergeStatus(state, notice);
          expect(rank(next)).toBe(Math.max(rank(state), rank(notice)));
          state = next;
        }
        if ([first, ...others].some(({ status }) => status === 'failed')) expect(state.status).toBe('failed');
      }),
    );
  });

  it('keeps our id when only one notice carried it', () => {
    const notice = { messageId: 'wamid.1', timestamp: new Date(0).toISOString(), via: '1', errors: [] };
    const sent = { ...notice, status: 'sent', callbackData: 'reply-1' } as const;
    expect(mergeStatus({ ...notice, status: 'read' }, sent)).toMatchObject({
      status: 'read',
      callbackData: 'reply-1',
    });
  });
});
