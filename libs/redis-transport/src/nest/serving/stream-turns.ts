import { type MessageHandler } from '@nestjs/microservices';
import { type Envelope } from '@switchboard/message-schema';
import { TurnContext, type TurnOfHandler } from '../contexts/turn-context.js';
import { type CallHandler } from '../handlers/call-handler.js';

/** Wraps a call of a handler, for example in a correlation context. */
export type Around = (correlationId: string, run: () => Promise<void>) => Promise<void>;

export interface TurnSettings {
  readonly group: string;
  /** Streams that carry another name here than in their message class. */
  readonly streamNames?: Readonly<Record<string, string>> | undefined;
  readonly around?: Around | undefined;
}

/** Runs the turns of one stream handler, wherever they come from. */
export class StreamTurns {
  constructor(
    private readonly handler: MessageHandler,
    private readonly call: CallHandler,
    private readonly settings: TurnSettings,
  ) {}

  /** Resolves when the handler is done, rejects with its error. */
  run(turn: TurnOfHandler, batch: Envelope[]): Promise<void> {
    const context = new TurnContext(turn, batch, this);
    const { around } = this.settings;
    if (!around) return this.call(this.handler, batch, context) as Promise<void>;
    const correlationId = batch[0]?.correlation_id ?? '';
    return around(correlationId, () => this.call(this.handler, batch, context) as Promise<void>);
  }

  get group(): string {
    return this.settings.group;
  }

  readonly streamName = (stream: string): string => this.settings.streamNames?.[stream] ?? stream;
}
