import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, type Socket } from 'node:net';
import { type FailWith, type Fault, FaultPlan } from './fault-plan.js';

/** One request as it came in. */
export interface ProviderRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** The raw body. */
  readonly body: Buffer;
}

/** What a fake answers. */
export interface ProviderAnswer {
  readonly status: number;
  /** Sent as JSON; nothing when absent. */
  readonly json?: unknown;
}

/** What makes a fake one provider and not another. */
export interface ProviderBehaviour<M> {
  /** Answers a question about what was taken; planned faults do not meet it. */
  readonly look?: (request: ProviderRequest, received: readonly M[]) => ProviderAnswer | undefined;
  /** Checks a request: an answer refuses it, a message accepts it. */
  readonly check: (request: ProviderRequest) => { readonly refuse: ProviderAnswer } | { readonly accept: M };
  /** The documented answer to an accepted message. */
  readonly answer: (message: M) => ProviderAnswer;
  /** The documented answer for a planned failure. */
  readonly fail: (fault: FailWith) => ProviderAnswer;
}

/** A request to send a message. */
export interface ProviderCallRecord<M> {
  readonly message: M;
  /** When it had arrived whole; ms of this process's clock. */
  readonly atMs: number;
}

const MAX_BODY_BYTES = 10 * 1024 * 1024;

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('body too large for a fake provider');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * A real HTTP server that stands in for a provider. Requests that break the provider's rules are refused as the
 * provider refuses them; planned faults meet only requests that are in order.
 */
export class FakeProvider<M> {
  readonly #plan = new FaultPlan();
  readonly #hanging = new Set<Socket>();
  readonly #received: M[] = [];
  readonly #calls: ProviderCallRecord<M>[] = [];
  readonly #answered = new Set<M>();
  readonly #listeners: ((message: M) => void)[] = [];
  #delayMs: () => number = () => 0;
  #requests = 0;

  private constructor(
    private readonly server: Server,
    private readonly behaviour: ProviderBehaviour<M>,
  ) {}

  /** Starts on 127.0.0.1; port 0 means a free one. */
  static async start<M>(behaviour: ProviderBehaviour<M>, port = 0): Promise<FakeProvider<M>> {
    const server = createServer();
    const fake = new FakeProvider(server, behaviour);
    server.on('request', (request, response) => {
      fake.serve(request, response).catch(() => request.socket.destroy());
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    return fake;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Address without a trailing slash. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Every message the provider took, oldest first; a message sent twice is here twice. */
  get received(): readonly M[] {
    return this.#received;
  }

  /** Whether the answer to a message that was taken went out whole; not when its caller had gone before. */
  hasAnswered(message: M): boolean {
    return this.#answered.has(message);
  }

  /** Tells of every message as it is taken. */
  onTaken(listener: (message: M) => void): void {
    this.#listeners.push(listener);
  }

  /** From now on a message is answered so many ms after it was taken; asked anew for each. */
  answerAfter(delayMs: () => number): void {
    this.#delayMs = delayMs;
  }

  /** Every request that was in order and when it arrived, also those that failed by plan or hang. */
  get calls(): readonly ProviderCallRecord<M>[] {
    return this.#calls;
  }

  /** Requests that arrived whole, also the refused, failed and hanging ones. */
  get requests(): number {
    return this.#requests;
  }

  /** The coming `n` requests are refused with an error and not taken. */
  failNext(n: number, fault: FailWith = {}): void {
    this.#plan.add(n, { kind: 'fail', ...fault });
  }

  /** The coming `n` requests are read and never answered; their messages are not taken. */
  hangNext(n: number): void {
    this.#plan.add(n, { kind: 'hang' });
  }

  /** The coming `n` messages are taken, then the connection is cut before any answer. */
  resetAfterAcceptingNext(n: number): void {
    this.#plan.add(n, { kind: 'reset-after-accepting' });
  }

  /** The coming `n` messages are taken and never answered. */
  hangAfterAcceptingNext(n: number): void {
    this.#plan.add(n, { kind: 'hang-after-accepting' });
  }

  /** Forgets all planned faults and cuts the connections that hang. */
  recover(): void {
    this.#plan.clear();
    for (const socket of this.#hanging) socket.destroy();
    this.#hanging.clear();
  }

  /** Cuts all connections and stops listening. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    this.#requests += 1;
    const whole = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
    const looked = this.behaviour.look?.(whole, this.#received);
    if (looked) return reply(response, looked);
    const verdict = this.behaviour.check(whole);
    if ('refuse' in verdict) return reply(response, verdict.refuse);
    this.#calls.push({ message: verdict.accept, atMs: performance.now() });
    this.take(verdict.accept, this.#plan.next(), response);
  }

  private take(message: M, fault: Fault | undefined, response: ServerResponse): void {
    const socket = response.socket;
    if (fault?.kind === 'fail') return reply(response, this.behaviour.fail(fault), fault.retryAfter);
    if (fault?.kind !== 'hang') this.keep(message, response);
    if (fault?.kind === 'hang' || fault?.kind === 'hang-after-accepting') {
      if (socket) this.#hanging.add(socket.once('close', () => this.#hanging.delete(socket)));
      return;
    }
    if (fault?.kind === 'reset-after-accepting') socket?.resetAndDestroy();
    else this.answer(message, response);
  }

  private keep(message: M, response: ServerResponse): void {
    this.#received.push(message);
    response.once('finish', () => this.#answered.add(message));
    for (const listener of this.#listeners) listener(message);
  }

  private answer(message: M, response: ServerResponse): void {
    const send = (): void => reply(response, this.behaviour.answer(message));
    const delayMs = this.#delayMs();
    if (delayMs <= 0) return send();
    const later = setTimeout(send, delayMs);
    response.once('close', () => clearTimeout(later));
  }
}

function reply(response: ServerResponse, answer: ProviderAnswer, retryAfter?: number | string): void {
  if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter));
  response.statusCode = answer.status;
  if (answer.json === undefined) {
    response.end();
    return;
  }
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(answer.json));
}

/** The body as a JSON object, or undefined when it is none. */
export function jsonObject(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
