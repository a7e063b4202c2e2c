import { type PartitionRef } from './ports/stream-store.js';
import { type DeadLetter } from './turn/dead-letter.js';

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
  deadLettered?(letter: DeadLetter): void;
  partitionTaken?(at: PartitionRef): void;
  partitionGone?(at: PartitionRef, why: 'released' | 'lost'): void;
  /** A call to the store failed and is repeated. */
  storeFailed?(operation: string, error: Error): void;
  /** Messages were published, or handed on by a turn (`stored`). */
  appended?(stream: string, status: 'stored' | 'duplicate' | 'backlog' | 'failed', count: number): void;
}

const events = [
  'entriesRead',
  'turnEnded',
  'deadLettered',
  'partitionTaken',
  'partitionGone',
  'storeFailed',
  'appended',
] as const satisfies readonly (keyof DeliveryObserver)[];

/** The same observer, whose faults end with it: what watches the work must not stop it. */
export function harmless(observer: DeliveryObserver): DeliveryObserver {
  const heard = events.filter((event) => observer[event]);
  return Object.fromEntries(heard.map((event) => [event, (...args: unknown[]) => tell(observer, event, args)]));
}

function tell(observer: DeliveryObserver, event: keyof DeliveryObserver, args: unknown[]): void {
  try {
    (observer[event] as (...args: unknown[]) => void).apply(observer, args);
  } catch {
    // An observer has nobody to tell.
  }
}
