import 'reflect-metadata';
import { startService } from '@switchboard/service-kit';
import { dashboardBroadcaster } from './service.js';

await startService(dashboardBroadcaster);
