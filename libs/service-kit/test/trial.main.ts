import 'reflect-metadata';
import { setTimeout as pause } from 'node:timers/promises';
import { Controller, Get, Module } from '@nestjs/common';
import { startService } from '../src/index.js';

/** A service that has work to finish, for tests of how a process begins and ends. */
@Controller()
class TrialController {
  /** Longer than the shortest grace time, shorter than the usual one. */
  @Get('work')
  async work(): Promise<{ done: true }> {
    process.stdout.write('at work\n');
    await pause(700);
    return { done: true };
  }

  @Get('crash')
  crash(): { asked: true } {
    const refused = Object.assign(new Error('refused'), { command: { name: 'xadd', args: ['canary'] } });
    setImmediate(() => void Promise.reject(refused));
    return { asked: true };
  }
}

@Module({ controllers: [TrialController] })
class TrialModule {}

await startService({
  name: 'trial',
  settings: ['BATCH_QUIET_MS'],
  defaults: { HOST: '127.0.0.1' },
  module: ({ onStopped }) => {
    onStopped(() => void process.stdout.write('last action\n'));
    return TrialModule;
  },
});
