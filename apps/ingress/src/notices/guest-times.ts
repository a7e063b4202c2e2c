import { Injectable } from '@nestjs/common';
import { type InboundDraft } from '@switchboard/channels';
import { GuestWindow } from '@switchboard/redis-transport';

/** Remembers when guests wrote, for channels that take free replies only for a time after that. */
@Injectable()
export class GuestTimes {
  constructor(private readonly window: GuestWindow) {}

  /** Nothing waits for it and nothing fails with it: where a time is missing the provider itself judges. */
  note(drafts: readonly InboundDraft[]): void {
    for (const { conversationId, guestMessage } of drafts) {
      if (guestMessage.replyTo.channel !== 'whatsapp') continue;
      void this.window.wrote(conversationId, Date.parse(guestMessage.providerTimestamp)).catch(() => undefined);
    }
  }
}
