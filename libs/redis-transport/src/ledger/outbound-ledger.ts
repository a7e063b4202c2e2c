import { partitionOf } from '@switchboard/delivery';
import { type RedisConnections } from '../connections/redis-connections.js';
import { LEDGER_BEGIN, LEDGER_END, LEDGER_LOOK, LEDGER_NOTE } from '../scripts/ledger.lua.js';
import { type Script } from '../scripts/script.js';
import { ScriptRunner } from '../scripts/script-runner.js';
import { Keys } from '../streams/keys.js';
import { fieldsOf, type LedgerPage, type LedgerStep, type LedgerSubject, pageOf } from './ledger-page.js';

/** Longer than WhatsApp's service window of 24 h, in which a reply may be tried again. */
const DEFAULT_TTL_MS = 26 * 3_600_000;

/** A provider's notice about a reply. */
export interface LedgerNotice {
  readonly step: LedgerStep;
  /** The provider's time, RFC 3339. */
  readonly at: string;
  readonly providerMessageId: string;
  /** Of a failure. */
  readonly code?: number;
}

/**
 * What was handed to providers: the intent is written before each call and the result after it, so that a reply whose
 * outcome nobody knows is recognised, also by another process. Pages are found by a reply's id alone, since a delivery
 * status tells no more; they lie in the partition of that id.
 */
export class OutboundLedger {
  private readonly runner: ScriptRunner;
  private readonly keys: Keys;

  constructor(
    connections: RedisConnections,
    private readonly stream: string,
    private readonly partitions: number,
    private readonly ttlMs = DEFAULT_TTL_MS,
  ) {
    this.runner = new ScriptRunner(connections.open('command'), connections.clustered);
    this.keys = new Keys(connections.keyPrefix);
  }

  /** What is known of a reply; undefined when it was never called for. */
  async look(messageId: string): Promise<LedgerPage | undefined> {
    const reply = await this.runner.one({ script: LEDGER_LOOK, keys: [this.keyOf(messageId)], args: [] });
    const [nowMs, stored] = reply as [number, string[]];
    return pageOf(stored, nowMs);
  }

  /** Writes the intent. False when a call is under way, of unknown outcome or done: it must not be made again. */
  async begin(messageId: string, subject: LedgerSubject): Promise<boolean> {
    return (await this.run(LEDGER_BEGIN, messageId, fieldsOf(subject))) === 1;
  }

  /** The provider has it. */
  async sent(messageId: string, providerMessageId = ''): Promise<void> {
    await this.run(LEDGER_END, messageId, ['sent', providerMessageId]);
  }

  /** The provider certainly does not have it, or a person decided that it may be sent again. */
  async free(messageId: string): Promise<void> {
    await this.run(LEDGER_END, messageId, ['free', '']);
  }

  /** Nobody knows whether the provider has it. */
  async unknown(messageId: string): Promise<void> {
    await this.run(LEDGER_END, messageId, ['unknown', '']);
  }

  /** Notes what the provider says by itself and answers what is known then; undefined for a reply that is not, or no longer, in the ledger. */
  async note(messageId: string, notice: LedgerNotice): Promise<LedgerPage | undefined> {
    const { step, at, providerMessageId, code } = notice;
    const reply = await this.run(LEDGER_NOTE, messageId, [step, at, providerMessageId, code ?? '']);
    const [nowMs, stored] = reply as [number, string[]];
    return pageOf(stored, nowMs);
  }

  private run(script: Script, messageId: string, args: readonly (string | number)[]): Promise<unknown> {
    return this.runner.one({ script, keys: [this.keyOf(messageId)], args: [this.ttlMs, ...args] });
  }

  private keyOf(messageId: string): string {
    return `${this.keys.stream(this.stream, partitionOf(messageId, this.partitions))}:ledger:${messageId}`;
  }
}
