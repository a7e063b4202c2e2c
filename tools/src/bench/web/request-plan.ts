import { type MessagePlan } from '../load/load-plan.js';

/** What a requesting process is to do. */
export interface RequestPlan extends MessagePlan {
  /** Whom it asks. */
  readonly contestant: string;
  readonly port: number;
}

/** What a requesting process has seen. Times are of the machine's clock, ms. */
export interface RequestReport {
  /** The first measured request was due. */
  readonly startedAtMs: number;
  /** The last answer came. */
  readonly endedAtMs: number;
  /** Measured requests by the status of their answers; under `none` those without an answer. */
  readonly answers: Readonly<Record<string, number>>;
  /** Numbers of all requests that were answered with 2xx, warm-up included. */
  readonly accepted: readonly number[];
  /** From the time at which a request was due to its answer, ms; none for a flood. */
  readonly latencyMs?: { readonly p50: number; readonly p99: number };
}
