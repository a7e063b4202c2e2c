/** What the sending process has seen. Times are of the machine's clock, ms. */
export interface SenderReport {
  /** The first measured message was handed over. */
  readonly startedAtMs: number;
  /** Processor time of this process for the measured messages, s. */
  readonly cpuSeconds: number;
  /** From the time at which a message was to be sent to its confirmation, ms; none for a flood. */
  readonly latencyMs?: { readonly p50: number; readonly p99: number };
}

/** What the receiving process has seen. */
export interface ReceiverReport {
  /** The last message of the warm-up was handled; the start, when there was none. */
  readonly warmAtMs: number;
  /** The last message was handled. */
  readonly lastAtMs: number;
  readonly cpuSeconds: number;
  /** Handled more than once. */
  readonly duplicates: number;
  /** Handled after a later message of the same conversation. */
  readonly disordered: number;
  readonly handlerCalls: number;
  /** From the time at which a message was to be sent to its handler, ms; none for a flood. */
  readonly latencyMs?: { readonly p50: number; readonly p99: number };
  /** Greatest resident memory as the kernel knows it, MB of 2^20 bytes. */
  readonly peakRssMb: number;
  /** Greatest resident memory of the second half of the time over that of the first half. */
  readonly rssGrowth: number;
}

/** What a worker says and hears. `go` is said twice to a sender: for the warm-up and for the measured messages. */
export type WorkerSays<R = SenderReport | ReceiverReport> =
  { readonly kind: 'ready' } | { readonly kind: 'warm' } | { readonly kind: 'done'; readonly report: R };

export type WorkerHears = 'go' | 'end';
