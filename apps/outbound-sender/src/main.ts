import 'reflect-metadata';
import { startService } from '@switchboard/service-kit';
import { outboundSender } from './service.js';

await startService(outboundSender);
