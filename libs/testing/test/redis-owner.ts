import { startRedis } from '../src/redis/start-redis.js';

// Started by a spec and killed by it: what it has started must go with it.
const redis = await startRedis();
process.stdout.write(`redis ${redis.port} ${redis.dir}\n`);
