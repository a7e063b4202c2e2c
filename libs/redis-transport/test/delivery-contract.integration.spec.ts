import { describeDeliveryContract } from '@switchboard/delivery/testing';
import { redisHarness } from './redis-store.harness.js';

describeDeliveryContract('Redis Streams', redisHarness(() => 'redis://127.0.0.1:7001'));
