import { Injectable } from '@nestjs/common';
import { Unrecoverable } from '@switchboard/delivery';
import { type AgentReply, type Envelope } from '@switchboard/message-schema';
import { GuestWindow } from '@switchboard/redis-transport';
import { type SendRoute } from './send-route.js';

/**
 * Free replies are taken for so long after the guest's last message; later only templates.
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages#customer-service-windows
 */
const WINDOW_MS = 24 * 3_600_000;

/** Knows what a provider would refuse because the guest has been silent for too long. */
@Injectable()
export class ServiceWindow {
  constructor(private readonly window: GuestWindow) {}

  /**
   * Why a free reply is not taken now; nothing while it is. A guest whose last message is not known wrote at the latest
   * shortly before the reply.
   */
  async refusal(reply: Envelope<AgentReply>, { channel }: SendRoute): Promise<Unrecoverable | undefined> {
    if (channel !== 'whatsapp') return undefined;
    const wroteAtMs = (await this.window.lastWroteAt(reply.conversation_id)) ?? Date.parse(reply.timestamp);
    if (Date.now() - wroteAtMs <= WINDOW_MS) return undefined;
    return new Unrecoverable('the guest wrote last more than 24 hours ago: WhatsApp takes only templates now');
  }
}
