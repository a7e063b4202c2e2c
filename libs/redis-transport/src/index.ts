export { RedisConnections, type ConnectionObserver } from './connections/redis-connections.js';
export { type Purpose, type RedisAddress, type RedisSettings } from './connections/redis-settings.js';
export { Keys } from './streams/keys.js';
export { RedisStreamStore, storeDefaults } from './streams/redis-stream-store.js';
export { type AppendOptions } from './streams/appender.js';
