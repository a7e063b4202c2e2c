import { readBenchMessage, conversationOf } from '../load/bench-message.js';
import { type LoadPlan, totalOf } from '../load/load-plan.js';
import { machineNowMs } from '../load/machine-clock.js';

/** What happens when the first, the last warm-up message and the last message of all have come. */
export interface ReceiptEvents {
  warm(): void;
  complete(): void;
}

/** Keeps account of every message that a handler got: none missing, none twice, order, time on the way. */
export class Receipts {
  duplicates = 0;
  disordered = 0;
  handlerCalls = 0;
  private readonly seen: Uint8Array;
  private readonly lastOf: Int32Array;
  private readonly latencies: Float64Array;
  private measured = 0;
  private distinct = 0;
  private readonly total: number;

  constructor(
    private readonly plan: LoadPlan,
    private readonly events: ReceiptEvents,
  ) {
    this.total = totalOf(plan);
    this.seen = new Uint8Array(this.total);
    this.lastOf = new Int32Array(plan.conversations).fill(-1);
    this.latencies = new Float64Array(plan.send.kind === 'flood' ? 0 : plan.messages);
  }

  /** One handler call with these contents. */
  take(contents: readonly string[]): void {
    const nowMs = machineNowMs();
    this.handlerCalls++;
    for (const content of contents) {
      const { n, dueAtMs } = readBenchMessage(content);
      if (this.seen[n] === 1) {
        this.duplicates++;
        continue;
      }
      this.seen[n] = 1;
      this.keepOrder(n);
      if (n >= this.plan.warmUp && this.isTimed(n)) this.latencies[this.measured++] = nowMs - dueAtMs;
      this.distinct++;
      if (this.distinct === this.plan.warmUp) this.events.warm();
      if (this.distinct === this.total) this.events.complete();
    }
  }

  /** Times on the way, ms, in growing order. */
  sortedLatencies(): Float64Array {
    return this.latencies.subarray(0, this.measured).sort();
  }

  private keepOrder(n: number): void {
    const conversation = conversationOf(n, this.plan);
    if (n < (this.lastOf[conversation] as number)) this.disordered++;
    this.lastOf[conversation] = n;
  }

  /** Of a burst, only the last message says how long the flush took. */
  private isTimed(n: number): boolean {
    const { send, warmUp } = this.plan;
    if (send.kind === 'flood') return false;
    return send.kind === 'steady' || (n - warmUp) % send.size === send.size - 1;
  }
}
