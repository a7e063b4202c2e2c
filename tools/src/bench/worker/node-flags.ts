/**
 * Every measured process, whoever's it is, has one thread for V8's background work, as the services' images have. By default
 * there are four, which on a small machine take the processor from the main threads.
 */
export const nodeFlags: readonly string[] = ['--v8-pool-size=1'];
