import { unixSeconds } from '@switchboard/testing';
import { fixture } from '../demo/requests.js';
import { type GuestPost } from './guest-post.js';

/** Where the guests' phone numbers begin. */
const FIRST_PHONE = 15_550_000_000;

interface ChatwootBody extends Record<string, unknown> {
  readonly conversation: Record<string, unknown>;
}

interface WhatsAppBody extends Record<string, unknown> {
  readonly entry: readonly [{ readonly changes: readonly [{ readonly value: Record<string, unknown> }] }];
}

/** Writes the bodies of webhooks as the recorded ones are written. */
export class WebhookBodies {
  private constructor(
    private readonly recordedChatwoot: ChatwootBody,
    private readonly recordedWhatsApp: WhatsAppBody,
  ) {}

  static async read(): Promise<WebhookBodies> {
    const [chatwoot, whatsapp] = await Promise.all([fixture('chatwoot-message-created'), fixture('whatsapp-text')]);
    return new WebhookBodies(JSON.parse(chatwoot) as ChatwootBody, JSON.parse(whatsapp) as WhatsAppBody);
  }

  /** The body of a post whose guest writes now. */
  of(post: GuestPost): string {
    return JSON.stringify(post.channel === 'chatwoot' ? this.chatwoot(post) : this.whatsapp(post));
  }

  private chatwoot({ guest, texts: [text] }: GuestPost): object {
    const recorded = this.recordedChatwoot;
    return {
      ...recorded,
      id: Number(text?.id),
      content: `question ${text?.n}`,
      created_at: new Date().toISOString(),
      conversation: { ...recorded.conversation, id: guest + 1, messages: [] },
    };
  }

  private whatsapp({ guest, texts }: GuestPost): object {
    const recorded = this.recordedWhatsApp;
    const [entry] = recorded.entry;
    const [change] = entry.changes;
    const from = String(FIRST_PHONE + guest);
    const contacts = [{ profile: { name: 'Ada Guest' }, wa_id: from }];
    const messages = texts.map(({ id, n }) => ({
      from,
      id,
      timestamp: String(unixSeconds()),
      type: 'text',
      text: { body: `question ${n}` },
    }));
    return {
      ...recorded,
      entry: [{ ...entry, changes: [{ ...change, value: { ...change.value, contacts, messages } }] }],
    };
  }
}
