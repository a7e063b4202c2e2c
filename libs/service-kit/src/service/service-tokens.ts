/** Injection token of the service's `Logger`. */
export const SERVICE_LOG = Symbol('SERVICE_LOG');

/** Injection token of `HashId`, which makes what stands for a conversation id in logs. */
export const HASH_ID = Symbol('HASH_ID');
