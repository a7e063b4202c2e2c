import { type DeliveryObserver } from '@switchboard/delivery';
import { type ConsumingMetrics } from './consuming-metrics.js';
import { type PartitionMetrics } from './partition-metrics.js';
import { type PublishingMetrics } from './publishing-metrics.js';

/** What a service counts of the engine's work; a publisher alone needs no consuming metrics, and the other way round. */
export interface DeliveryMetrics {
  readonly publishing?: PublishingMetrics;
  readonly consuming?: ConsumingMetrics;
  readonly partitions?: PartitionMetrics;
}

/** Turns what the delivery engine tells into samples. */
export function deliveryObserver({ publishing, consuming, partitions }: DeliveryMetrics): DeliveryObserver {
  return {
    appended: (stream, status, count) => publishing?.appended(stream, status, count),
    entriesRead: (at, count) => consuming?.entriesRead(at, count),
    turnEnded: (report) => consuming?.turnEnded(report),
    deadLettered: (letter) => consuming?.deadLettered(letter),
    partitionTaken: (at) => {
      consuming?.began(at);
      partitions?.taken(at);
    },
    partitionGone: (at, why) => partitions?.gone(at, why),
    storeFailed: (operation) => partitions?.storeFailed(operation),
  };
}
