import { type Mailboxes } from '../ports/mailboxes.js';
import { type BusOptions } from './bus-options.js';
import { type Tally } from './tally.js';

/**
 * Looks again, some time after a number was found missing in a mailbox: what overtook it may only have had a higher
 * priority. What then cannot come any more is reported, once over all readers of the mailbox.
 */
export class GapWatch {
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private closed = false;

  constructor(
    private readonly mailboxes: Mailboxes,
    private readonly options: Pick<BusOptions, 'gapAfterMs'>,
    private readonly tally: Tally,
  ) {}

  suspect(mailbox: string, sender: string): void {
    const name = `${mailbox}\n${sender}`;
    if (this.closed || this.timers.has(name)) return;
    const timer = setTimeout(() => {
      this.timers.delete(name);
      void this.look(mailbox, sender);
    }, this.options.gapAfterMs);
    timer.unref();
    this.timers.set(name, timer);
  }

  close(): void {
    this.closed = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  private async look(mailbox: string, sender: string): Promise<void> {
    try {
      const { ranges, open } = await this.mailboxes.missing(mailbox, sender);
      for (const { from, to } of ranges) this.tally.gap({ channel: mailbox, sender, from, to });
      if (open) this.suspect(mailbox, sender);
    } catch (error) {
      this.tally.storeFailed('missing', error as Error);
      this.suspect(mailbox, sender);
    }
  }
}
