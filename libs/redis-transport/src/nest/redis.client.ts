import { randomUUID } from 'node:crypto';
import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';
import { type Draft, type Envelope, envelopeOf } from '@switchboard/message-schema';
import { type ClassConstructor } from 'class-transformer';
import { type Observable } from 'rxjs';
import { type RedisConnections } from '../connections/redis-connections.js';
import { RequestFailed } from '../requests/request-errors.js';
import { destinationOf, type EmitPattern, type QueuePattern } from './emit-pattern.js';
import { RequestRefused } from './request-refused.js';
import { type TransportAccess, TransportParts } from './serving/transport-parts.js';

export interface RedisClientOptions extends TransportAccess {
  /** Longest wait for the answer to `send`; 5 s by default. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 5_000;

/**
 * Nest client of `RedisServer`: `emit` publishes on streams, queues and topics and completes when Redis has it, `send`
 * asks an address and emits the answer. For `ClientsModule.register([{ name, customClass: RedisClient, options }])`.
 */
export class RedisClient extends ClientProxy {
  private readonly parts: TransportParts;

  constructor(private readonly options: RedisClientOptions) {
    super();
    this.parts = new TransportParts(options);
  }

  /**
   * Asks whoever serves the address. Errors: `NobodyAnswers` at once when no one does, `RequestTimeout`, `RequestRefused`
   * with the other side's code and message, or INVALID_ANSWER when what it said is not JSON. Unsubscribing gives up.
   */
  override send<R = unknown, T = unknown>(address: string, request: T): Observable<R> {
    return super.send<R, T>(address, request);
  }

  /** Hands a message over at once; the Observable gives the result or the error. With a message class, a draft or a whole message. */
  override emit<R = unknown, P extends object = object>(
    pattern: ClassConstructor<P>,
    message: Draft<P> | Envelope<P>,
  ): Observable<R>;
  override emit<R = unknown>(pattern: EmitPattern, message: unknown): Observable<R>;
  override emit<R = unknown>(pattern: EmitPattern, message: unknown): Observable<R> {
    return super.emit<R, unknown>(pattern, message);
  }

  /** Connections are opened at the first use. */
  override connect(): Promise<RedisConnections> {
    return Promise.resolve(this.parts.connections);
  }

  /** Finishes what is being published and gives up what is being asked. */
  override close(): Promise<void> {
    return this.parts.close();
  }

  /** The connections. */
  override unwrap<T>(): T {
    return this.parts.connections as T;
  }

  protected override publish({ pattern, data }: ReadPacket, callback: (packet: WritePacket) => void): () => void {
    const { timeoutMs = DEFAULT_TIMEOUT_MS } = this.options;
    const controller = new AbortController();
    const address = String(pattern);
    let waiting = true;
    const over = (packet: WritePacket): void => {
      waiting = false;
      callback(packet);
    };
    this.parts.requests
      .ask(address, JSON.stringify(data), { timeoutMs, signal: controller.signal })
      .then((answer) => read(address, answer))
      .then(
        (response) => over({ response, isDisposed: true }),
        (error: unknown) => over({ err: asException(error) }),
      );
    // Nest calls this after every answer, too, and to abort costs more than to ask.
    return () => waiting && controller.abort();
  }

  protected override async dispatchEvent<T>({ pattern, data }: ReadPacket): Promise<T> {
    const destination = destinationOf(pattern);
    if (typeof destination === 'function') return (await this.toStream(destination, data as Draft<object>)) as T;
    if ('topic' in destination) return (await this.parts.topics.publish(destination.topic, JSON.stringify(data))) as T;
    return (await this.toQueue(destination, data)) as T;
  }

  private toStream(messageClass: ClassConstructor<object>, draft: Draft<object>): Promise<unknown> {
    return this.parts.publisher.publish(envelopeOf(messageClass, draft));
  }

  private toQueue({ queue, id, priority, delayMs }: QueuePattern, data: unknown): Promise<unknown> {
    const message = data as Partial<Envelope>;
    const urgency = priority ?? message.priority;
    return this.parts.queue(queue).put({
      id: id ?? message.message_id ?? randomUUID(),
      data: JSON.stringify(data),
      ...(urgency === undefined ? {} : { priority: urgency }),
      ...(delayMs === undefined ? {} : { delayMs }),
    });
  }
}

/** @throws RequestRefused when the other side answers in another form than ours */
function read(address: string, answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch {
    throw new RequestRefused(address, 'INVALID_ANSWER', 'the answer is not JSON');
  }
}

function asException(error: unknown): unknown {
  return error instanceof RequestFailed ? new RequestRefused(error.address, error.code, error.message) : error;
}
