import { type Effect, type Published, type Publisher } from '@switchboard/delivery';
import { encode, type Envelope, messageClassFor, contractOf } from '@switchboard/message-schema';

/** Publishes messages of the declared classes on their streams. */
export class MessagePublisher {
  constructor(
    private readonly publisher: Publisher,
    private readonly streamNames: Readonly<Record<string, string>> = {},
  ) {}

  /**
   * Resolves after the durable append; `duplicate` when this message id had been stored before. The effects happen with
   * the append, or not at all for a duplicate.
   *
   * @throws Unavailable when nothing could be stored.
   */
  publish(envelope: Envelope, effects: readonly Effect[] = []): Promise<Published> {
    const messageClass = messageClassFor(envelope.message_type, envelope.schema_version);
    if (!messageClass) throw new Error(`${envelope.message_type} is no declared message`);
    const { stream } = contractOf(messageClass);
    return this.publisher.publish({
      stream: this.streamNames[stream] ?? stream,
      key: envelope.conversation_id,
      id: envelope.message_id,
      data: encode(envelope),
      effects,
    });
  }

  /** Resolves when everything under way has been decided. */
  drain(): Promise<void> {
    return this.publisher.drain();
  }
}
