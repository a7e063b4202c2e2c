import { Bell } from './bell.js';

describe('a bell', () => {
  it('wakes who sleeps, and keeps a ring that nobody heard for the next', async () => {
    const bell = new Bell();
    const heard = bell.rung();
    bell.ring();
    await heard;
    bell.ring();
    await bell.rung();
  });

  it('interrupts at the next ring, or at once when one was kept, and only until it is let go', async () => {
    const bell = new Bell();
    const first = bell.interrupt();
    expect(first.signal.aborted).toBe(false);
    bell.ring();
    expect(first.signal.aborted).toBe(true);
    first.release();
    bell.ring();
    expect(bell.interrupt().signal.aborted).toBe(true);
    const last = bell.interrupt();
    last.release();
    bell.ring();
    expect(last.signal.aborted).toBe(false);
    await bell.rung();
  });
});
