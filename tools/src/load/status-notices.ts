import { type StatusNotice, type WhatsAppMessage, whatsappStatuses } from '@switchboard/testing';
import { type Random } from '../chaos/random.js';
import { type PersistentProvider } from './persistent-provider.js';

/** Meta's habits: in order, behind one another, or twice. */
const habits: readonly (readonly StatusNotice['status'][])[] = [
  ['sent'],
  ['sent', 'delivered'],
  ['delivered', 'sent'],
  ['sent', 'sent', 'read'],
];

/** Tells the ingress what became of every message that WhatsApp took, as Meta does. */
export class StatusNotices {
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(
    private readonly provider: PersistentProvider,
    private readonly random: Random,
  ) {}

  tell(message: WhatsAppMessage): void {
    const notices = this.random.pick(habits).map((status) => ({ message, status }));
    const telling = this.provider.deliver('whatsapp', JSON.stringify(whatsappStatuses(notices)));
    this.underWay.add(telling);
    void telling.finally(() => this.underWay.delete(telling));
  }

  /** Resolves when everything so far has been told. */
  async told(): Promise<void> {
    await Promise.all(this.underWay);
  }
}
