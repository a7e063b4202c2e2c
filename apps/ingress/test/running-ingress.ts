import { readFileSync } from 'node:fs';
import { openService, type RunningService } from '@switchboard/service-kit';
import { signChatwoot, signStandard, signWhatsApp, type SignedHeaders, unixSeconds } from '@switchboard/testing';
import { ingress } from '../src/service.js';

export const SECRET = 'dev-secret';
export const STANDARD_SECRET = `whsec_${Buffer.from('dev-secret-dev-secret-dev-secret').toString('base64')}`;

type Kind = 'chatwoot' | 'whatsapp' | 'standard';

/** A real webhook body, as bytes. */
export function webhook(
  name: 'chatwoot-message-created' | 'whatsapp-batch' | 'whatsapp-text' | 'standard-message-received',
) {
  return readFileSync(new URL(`../../../libs/channels/fixtures/${name}.json`, import.meta.url), 'utf8');
}

/** The headers a provider would put on a body. */
export function signed(kind: Kind, body: string | Buffer): SignedHeaders {
  if (kind === 'chatwoot') return signChatwoot(body, SECRET);
  if (kind === 'whatsapp') return signWhatsApp(body, SECRET);
  return signStandard('msg_1', unixSeconds(), body, STANDARD_SECRET);
}

/** The ingress on a port of its own. */
export class RunningIngress {
  private constructor(private readonly service: RunningService) {}

  static async start(redisUrl: string, env: Record<string, string> = {}, onLog?: (line: string) => void) {
    const settings = { PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: onLog ? 'trace' : 'silent', REDIS_URL: redisUrl };
    const service = await openService(ingress, { ...settings, PARTITIONS: '4', ...env }, onLog && { write: onLog });
    return new RunningIngress(service);
  }

  get url(): string {
    return this.service.url;
  }

  /** The object of a class within the service. */
  part<T>(of: abstract new (...args: never[]) => T): T {
    return this.service.app.get<T>(of);
  }

  /** A correctly signed webhook to the demo property, unless the headers say otherwise. */
  post(kind: Kind, body: string, headers: SignedHeaders = signed(kind, body)): Promise<Response> {
    return this.postTo(`/webhooks/${kind}/demo-${kind}`, body, headers);
  }

  postTo(path: string, body: string | Uint8Array, headers: SignedHeaders = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
  }

  /** A visitor's message. */
  say(visitorId: string, messageId: string, text = messageId): Promise<Response> {
    return this.postTo('/webchat/demo/messages', JSON.stringify({ visitorId, messageId, text }));
  }

  linesUrl(visitorId: string): string {
    return `${this.url}/webchat/demo/stream?visitorId=${visitorId}`;
  }

  stop(): Promise<void> {
    return this.service.stop();
  }
}
