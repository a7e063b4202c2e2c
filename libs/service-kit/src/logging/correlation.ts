import { AsyncLocalStorage } from 'node:async_hooks';

const current = new AsyncLocalStorage<string>();

/** What an id from outside must look like to be taken over; anything else could forge log lines or fill them. */
const acceptable = /^[A-Za-z0-9._:-]{1,128}$/;

/** Runs a piece of work, and all that follows from it, under a correlation id. */
export function runWithCorrelation<T>(id: string, work: () => T): T {
  return current.run(id, work);
}

/** The correlation id of the work at hand, if it has one. */
export function currentCorrelationId(): string | undefined {
  return current.getStore();
}

/** True for an id that may be taken over from a request. */
export function isCorrelationId(id: unknown): id is string {
  return typeof id === 'string' && acceptable.test(id);
}
