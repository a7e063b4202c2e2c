import { type Envelope, encode, envelopeOf, Message } from '@switchboard/message-schema';
import { IsString } from 'class-validator';
import { type BenchMessage } from './bench-message.js';

/** What a message class costs, with a content like that of every contestant. */
@Message({ type: 'bench.message', version: 1, stream: 'bench' })
export class BenchPayload {
  @IsString()
  content!: string;
}

/** The stored form of a message of the class. */
export function benchEnvelope({ key, id, data }: BenchMessage): string {
  return encode(
    envelopeOf(BenchPayload, {
      message_id: id,
      from_agent: 'bench:sender',
      to_agent: 'bench:receiver',
      property_id: 'bench',
      conversation_id: key,
      payload: { content: data },
    }),
  );
}

/** The contents of a batch. */
export function contentsOf(batch: readonly Envelope<BenchPayload>[]): string[] {
  return batch.map(({ payload }) => payload.content);
}
