import { type DynamicModule, Module } from '@nestjs/common';
import { MetricsModule, type MetricsRegistry } from '@switchboard/metrics';
import { Broadcaster } from './broadcaster.js';
import { ENTRY, type EntryRules, SessionController } from './session/session.controller.js';

/** What the module is made of. */
export interface DashboardParts {
  readonly broadcaster: Broadcaster;
  readonly rules: EntryRules;
  readonly metrics: MetricsRegistry;
}

/** The sign-in routes over a broadcaster, and its metrics. */
@Module({})
export class DashboardModule {
  static of({ broadcaster, rules, metrics }: DashboardParts): DynamicModule {
    return {
      module: DashboardModule,
      imports: [MetricsModule.of(metrics)],
      controllers: [SessionController],
      providers: [
        { provide: Broadcaster, useValue: broadcaster },
        { provide: ENTRY, useValue: rules },
      ],
    };
  }
}
