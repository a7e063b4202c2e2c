import 'reflect-metadata';
import { startService } from '@switchboard/service-kit';
import { ingress } from './service.js';

await startService(ingress);
