import 'reflect-metadata';
import { startService } from '@switchboard/service-kit';
import { deadLetterReprocessor } from './service.js';

await startService(deadLetterReprocessor);
