import { applyDecorators, UseFilters } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { type ConsumerOptions } from '@switchboard/delivery';
import { contractOf } from '@switchboard/message-schema';
import { type ClassConstructor } from 'class-transformer';
import { PassThroughFilter } from './pass-through.filter.js';

/** What a handler may choose for itself; the rest comes from the server's settings. */
export type HandlerTuning = Partial<
  Pick<ConsumerOptions, 'batch' | 'concurrency' | 'retry' | 'onNewer' | 'retentionMs' | 'isolateAfter'>
>;

/** How the decorator speaks to the server. */
export interface StreamHandlerExtras {
  readonly messageClass: ClassConstructor<object>;
  readonly group: string;
  readonly tuning: HandlerTuning;
}

/**
 * Makes a controller's method the handler of a message class for one consumer group. The method takes the batch
 * (`@Payload() batch: Envelope<T>[]`, one conversation's messages, oldest first) and the turn (`@Ctx() turn: TurnContext`).
 * Returning is done; throwing decides between retry and dead letter.
 */
export function StreamHandler<P extends object>(
  messageClass: ClassConstructor<P>,
  group: string,
  tuning: HandlerTuning = {},
): MethodDecorator {
  const extras: StreamHandlerExtras = { messageClass, group, tuning };
  const { type, stream } = contractOf(messageClass);
  return applyDecorators(EventPattern({ stream, group, type }, { ...extras }), UseFilters(PassThroughFilter));
}
