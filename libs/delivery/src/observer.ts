import { type PartitionRef } from './ports/stream-store.js';

export interface TurnReport {
  readonly stream: string;
  readonly group: string;
  /** `lost`: the lease went during the turn. `superseded`: given up for newer messages. */
  readonly outcome: 'done' | 'retry' | 'dead' | 'lost' | 'superseded';
  readonly messages: number;
  /** Time in the handler, ms. */
  readonly durationMs: number;
  /**
   * From the append of each message to the end of the turn, ms, by the server's and this machine's clock; without the time
   * in which its burst was collected.
   */
  readonly latenciesMs: readonly number[];
}

/** What the engine tells of its work. Every method may be absent and must not throw. */
export interface DeliveryObserver {
  entriesRead?(at: PartitionRef, count: number): void;
  turnEnded?(report: TurnReport): void;
  deadLettered?(at: PartitionRef, reason: string): void;
  partitionTaken?(at: PartitionRef): void;
  partitionGone?(at: PartitionRef, why: 'released' | 'lost'): void;
  /** A call to the store failed and is repeated. */
  storeFailed?(operation: string, error: Error): void;
  appended?(stream: string, status: 'stored' | 'duplicate' | 'backlog' | 'failed', count: number): void;
}
