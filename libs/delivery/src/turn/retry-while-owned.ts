import { type DeliveryObserver } from '../observer.js';
import { type OwnedPartition } from '../partition/owned-partition.js';

const PAUSE_MS = 100;

/** Repeats a call to the store until it succeeds; undefined once the partition is no longer this member's. */
export async function retryWhileOwned<T>(
  partition: OwnedPartition,
  observer: DeliveryObserver,
  operation: string,
  call: () => Promise<T | undefined>,
): Promise<T | undefined> {
  while (partition.state !== 'ended') {
    try {
      const result = await call();
      return (partition.state as string) === 'ended' ? undefined : result;
    } catch (error) {
      observer.storeFailed?.(operation, error as Error);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
  return undefined;
}
