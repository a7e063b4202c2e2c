import { setTimeout as pause } from 'node:timers/promises';
import { postAsChatwoot, postAsWhatsApp } from '../demo/requests.js';
import { type GuestPost } from './guest-post.js';

/** When a request was answered, and how. */
export interface Answered {
  readonly status: number;
  readonly atMs: number;
}

/** A provider gives up a webhook after this time. */
const PATIENCE_MS = 90_000;
const BETWEEN_REPEATS_MS = 250;

/** Posts webhooks as providers do: the same body again when the connection fails or the answer is 503. */
export class PersistentProvider {
  readonly answers: Answered[] = [];
  /** Requests that were repeated, by what befell the one before. */
  readonly repeated = { unavailable: 0, cut: 0 };

  constructor(private readonly ingress: () => string) {}

  /** True when the webhook was accepted; false when it was refused or nobody took it for too long. */
  async deliver(channel: GuestPost['channel'], body: string): Promise<boolean> {
    const post = channel === 'chatwoot' ? postAsChatwoot : postAsWhatsApp;
    const giveUpAtMs = Date.now() + PATIENCE_MS;
    while (Date.now() < giveUpAtMs) {
      const answer = await post(this.ingress(), body).catch(() => undefined);
      if (answer) this.answers.push({ status: answer.status, atMs: Date.now() });
      if (answer && answer.status !== 503) return answer.status >= 200 && answer.status < 300;
      this.repeated[answer ? 'unavailable' : 'cut'] += 1;
      await pause(BETWEEN_REPEATS_MS);
    }
    return false;
  }
}
