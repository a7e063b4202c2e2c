import { randomBytes } from 'node:crypto';
import { doneWithin } from '@switchboard/delivery';
import { type Keys } from '../streams/keys.js';
import { type SharedClients } from '../topics/shared-clients.js';
import { type ChannelListener } from '../topics/subscriber-hub.js';
import { decodeRequest, encodeReply, type RequestText } from './request-text.js';
import { type RequestHandler, type Serving } from './request-handler.js';
import { RunningRequest } from './running-request.js';

/**
 * Serves one address. It listens on the address, where every server of it hears a request and the first to claim it
 * handles it, and on a channel of its own for those who know it.
 */
export class RequestServer implements Serving {
  readonly ready: Promise<void>;
  private readonly instance = randomBytes(6).toString('base64url');
  private readonly running = new Set<RunningRequest>();
  private readonly doors: readonly { readonly channel: string; readonly listener: ChannelListener }[];

  constructor(
    private readonly clients: SharedClients,
    private readonly keys: Keys,
    private readonly address: string,
    private readonly handler: RequestHandler,
  ) {
    this.doors = [true, false].map((shared) => ({
      channel: keys.internal(shared ? `requests:${address}` : `requests:${address}:${this.instance}`),
      listener: { message: (_, text) => this.begin(text, shared) },
    }));
    this.ready = Promise.all(
      this.doors.map(({ channel, listener }) => clients.hub.add('channel', channel, listener)),
    ).then(() => undefined);
    this.ready.catch(() => undefined);
  }

  async stop({ graceMs = 0 } = {}): Promise<void> {
    for (const { channel, listener } of this.doors) this.clients.hub.remove('channel', channel, listener);
    if (graceMs > 0) await doneWithin(graceMs, Promise.all([...this.running].map(({ ended }) => ended)));
    await Promise.all([...this.running].map((running) => this.abandon(running)));
  }

  private begin(text: string, shared: boolean): void {
    const request = decodeRequest(text);
    if (!request) return;
    const running = new RunningRequest(request, this.address, !shared);
    this.running.add(running);
    running.ended = this.run(running).finally(() => {
      running.over();
      this.running.delete(running);
    });
  }

  /** Never rejects: what goes wrong here ends at the caller as a timeout. */
  private async run(running: RunningRequest): Promise<void> {
    const { request } = running;
    try {
      running.claimed ||= await this.claim(request);
      if (!running.claimed || running.aborted) return;
      const reply = await this.answer(running);
      if (!running.aborted) await this.clients.command.publish(request.replyTo, reply);
    } catch {
      // The link is down; the caller's link told it so, or its time runs out.
    }
  }

  /** The caller is told at once, whenever its handler may end. */
  private async abandon(running: RunningRequest): Promise<void> {
    const { id, replyTo } = running.request;
    running.abort('the server stops');
    if (!running.claimed) return;
    const data = 'the server stopped before it had answered';
    const reply = encodeReply({ id, instance: this.instance, code: 'SERVER_STOPPED', data });
    await this.clients.command.publish(replyTo, reply).catch(() => 0);
  }

  private async claim({ id, timeoutMs }: RequestText): Promise<boolean> {
    const key = this.keys.channel(`claim:${id}`);
    return (await this.clients.command.set(key, this.instance, 'PX', timeoutMs + 1_000, 'NX')) === 'OK';
  }

  private async answer(running: RunningRequest): Promise<string> {
    const { instance } = this;
    const { id, data } = running.request;
    try {
      return encodeReply({ id, instance, data: await this.handler(data, running) });
    } catch (error) {
      return encodeReply({ id, instance, code: codeOf(error), data: messageOf(error) });
    }
  }
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[\w.-]{1,64}$/.test(code) ? code : 'ERROR';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'the handler failed';
}
