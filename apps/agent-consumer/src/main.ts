import 'reflect-metadata';
import { startService } from '@switchboard/service-kit';
import { agentConsumer } from './service.js';

await startService(agentConsumer);
