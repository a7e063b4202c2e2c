import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { signChatwoot } from '@switchboard/testing';
import { workspaceRoot } from '../../workspace-root.js';

/** Path of the demo property's Chatwoot source. */
export const WEBHOOK_PATH = '/webhooks/chatwoot/demo-chatwoot';
/** Secret of that source. */
export const WEBHOOK_SECRET = 'dev-secret';

/** Chatwoot's numbers begin here, so that all bodies are of one length. */
const FIRST_NUMBER = 10_000_000;
const FIRST_CONVERSATION = 10_000;

interface RecordedMessage {
  id: number;
  conversation: { id: number; messages: { id: number; conversation_id: number }[] };
}

/** Message id that the ingress gives to the webhook number `n`. */
export function messageIdOf(n: number): string {
  return `chatwoot:demo-chatwoot:1:${FIRST_NUMBER + n}`;
}

/** Makes signed requests out of a recorded webhook of Chatwoot, each with a message number of its own. */
export class Webhooks {
  private readonly recorded: RecordedMessage;

  constructor(private readonly conversations: number) {
    const file = join(workspaceRoot(), 'libs/channels/fixtures/chatwoot-message-created.json');
    this.recorded = JSON.parse(readFileSync(file, 'utf8')) as RecordedMessage;
  }

  /** The whole request number `n`, headers included. The signature holds for some minutes. */
  request(n: number): Buffer {
    const body = Buffer.from(this.body(n));
    const headers = {
      host: '127.0.0.1',
      'content-type': 'application/json',
      'content-length': body.length,
      ...signChatwoot(body, WEBHOOK_SECRET),
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return Buffer.concat([Buffer.from(`POST ${WEBHOOK_PATH} HTTP/1.1\r\n${lines.join('')}\r\n`), body]);
  }

  private body(n: number): string {
    const { recorded } = this;
    const id = FIRST_NUMBER + n;
    const conversation = FIRST_CONVERSATION + (n % this.conversations);
    const messages = recorded.conversation.messages.map((last) => ({ ...last, id, conversation_id: conversation }));
    return JSON.stringify({
      ...recorded,
      id,
      conversation: { ...recorded.conversation, id: conversation, messages },
    });
  }
}
