import { type DynamicModule, Module } from '@nestjs/common';
import { Broadcaster } from './broadcaster.js';
import { ENTRY, type EntryRules, SessionController } from './session/session.controller.js';

/** What the module is made of. */
export interface DashboardParts {
  readonly broadcaster: Broadcaster;
  readonly rules: EntryRules;
}

/** The sign-in routes over a broadcaster. */
@Module({})
export class DashboardModule {
  static of({ broadcaster, rules }: DashboardParts): DynamicModule {
    return {
      module: DashboardModule,
      controllers: [SessionController],
      providers: [
        { provide: Broadcaster, useValue: broadcaster },
        { provide: ENTRY, useValue: rules },
      ],
    };
  }
}
