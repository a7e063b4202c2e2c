import { type AuditLine } from '../audit-trail.js';
import { type BusStore } from '../ports/bus-store.js';
import { type BusOptions } from './bus-options.js';
import { persevere } from './persevere.js';
import { type Tally } from './tally.js';

/**
 * Writes audit lines of steps that have happened already and cannot take them along. Tries for a while; a line that
 * cannot be written is told to the observer and does not undo the step.
 */
export class Recorder {
  constructor(
    private readonly store: Pick<BusStore, 'record'>,
    private readonly options: Pick<BusOptions, 'storeTimeoutMs'>,
    private readonly tally: Tally,
  ) {}

  async record(line: AuditLine): Promise<void> {
    const giveUpAtMs = performance.now() + this.options.storeTimeoutMs;
    try {
      await persevere(() => this.store.record([line]), { operation: 'audit', giveUpAtMs, tally: this.tally });
    } catch (error) {
      this.tally.storeFailed('audit', error as Error);
    }
  }
}
