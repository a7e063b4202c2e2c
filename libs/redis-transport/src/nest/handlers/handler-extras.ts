import { type ConsumerOptions } from '@switchboard/delivery';
import { type ClassConstructor } from 'class-transformer';

/** What a stream handler may choose for itself; the rest comes from the server's settings. */
export type HandlerTuning = Partial<
  Pick<ConsumerOptions, 'batch' | 'concurrency' | 'retry' | 'onNewer' | 'retentionMs' | 'isolateAfter' | 'onGiveUp'>
>;

/** What a work handler may choose for itself. */
export interface WorkTuning {
  /** Name of the queue, when it is not the stream name of the message class. */
  readonly queue?: string;
  /** Items handled at once in this process; 16 by default. */
  readonly concurrency?: number;
  /** Items taken ahead of that; 0 by default. */
  readonly prefetch?: number;
}

/** What a topic handler may choose for itself. */
export interface TopicTuning {
  /** Messages kept while the handler is busy; beyond that the oldest is dropped. 1 000 by default. */
  readonly buffer?: number;
  /** Handler calls at once; 1 by default, which keeps the order of arrival. */
  readonly concurrency?: number;
}

/** A class of messages or of plain bodies, with its class-validator decorators. */
export type BodyClass<T extends object = object> = ClassConstructor<T>;

export interface StreamExtras {
  readonly kind: 'stream';
  readonly messageClass: BodyClass;
  readonly group: string;
  readonly tuning: HandlerTuning;
}

export interface WorkExtras {
  readonly kind: 'work';
  readonly messageClass: BodyClass | undefined;
  readonly queue: string;
  readonly tuning: WorkTuning;
}

export interface TopicExtras {
  readonly kind: 'topic';
  readonly messageClass: BodyClass | undefined;
  readonly pattern: string;
  readonly tuning: TopicTuning;
}

export interface RequestExtras {
  readonly kind: 'request';
  readonly requestClass: BodyClass | undefined;
  readonly responseClass: BodyClass | undefined;
  readonly address: string;
}

/** How a decorator speaks to the server. */
export type PatternExtras = StreamExtras | WorkExtras | TopicExtras | RequestExtras;

/** With the place of the handler, for people: `GuestController.onMessages`. */
export type HandlerExtras = PatternExtras & { readonly owner: string };
