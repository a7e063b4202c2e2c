import { type EventDeadLetter } from '@switchboard/message-bus';
import { type RedisConnections } from '../connections/redis-connections.js';
import { parseDeadLetterId } from '../dead-letters/dead-letter-id.js';
import { DeadLetterStore, type ListedDeadLetter } from '../dead-letters/dead-letter-store.js';

/** Dead letters read at once when all are replayed. */
const PAGE = 200;

/** What groups gave up of event streams. */
export class EventDeadLetters {
  private readonly streams: string[] = [];
  private readonly store: DeadLetterStore;

  constructor(connections: RedisConnections, partitions: number) {
    this.store = new DeadLetterStore(connections, this.streams, partitions);
  }

  async list(stream: string, limit: number): Promise<EventDeadLetter[]> {
    this.know(stream);
    const { items } = await this.store.list({ stream, limit });
    return items.map(described);
  }

  /** All that lie there when the call begins: a letter that comes back while they are replayed is not replayed again. */
  async replayAll(stream: string): Promise<number> {
    this.know(stream);
    const ids: string[] = [];
    let before: string | undefined;
    do {
      const page = await this.store.list({ stream, limit: PAGE, ...(before ? { before } : {}) });
      ids.push(...page.items.map(({ deadLetterId }) => deadLetterId));
      before = page.next;
    } while (before);
    let replayed = 0;
    // The oldest first, so that events of one conversation come back in their order.
    for (const id of ids.reverse()) if (await this.replay(id)) replayed++;
    return replayed;
  }

  async replay(id: string): Promise<boolean> {
    const place = this.placeOf(id);
    return place !== undefined && this.store.replay(place);
  }

  async discard(id: string): Promise<boolean> {
    const place = this.placeOf(id);
    return place !== undefined && this.store.discard(place);
  }

  private placeOf(id: string) {
    const place = parseDeadLetterId(id);
    if (place) this.know(place.stream);
    return place;
  }

  private know(stream: string): void {
    if (!this.streams.includes(stream)) this.streams.push(stream);
  }
}

function described({ deadLetterId, group, id, reason, error, attempts, failedAt }: ListedDeadLetter): EventDeadLetter {
  return {
    id: deadLetterId,
    group,
    messageId: id,
    reason,
    attempts,
    failedAt,
    ...(error ? { error: error.message } : {}),
  };
}
