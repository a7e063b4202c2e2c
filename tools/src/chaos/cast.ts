import { join } from 'node:path';
import { type RunningProcess, startProcess } from '@switchboard/testing';
import { type ActorPlan } from './actors/actor-plan.js';
import { type Actor } from './topology/topology.js';

type Role = 'producer' | 'consumer';

/** A process that plays a role and is put back on stage after it was killed. */
export class StagedActor implements Actor {
  private current!: RunningProcess;

  private constructor(
    private readonly role: Role,
    private readonly plan: ActorPlan,
  ) {}

  static async start(role: Role, plan: ActorPlan): Promise<StagedActor> {
    const actor = new StagedActor(role, plan);
    await actor.enter();
    return actor;
  }

  get name(): string {
    return this.plan.name;
  }

  get process(): RunningProcess {
    return this.current;
  }

  async replace(): Promise<void> {
    await this.current.kill('SIGKILL');
    await this.enter();
  }

  /** Ends it in order. @throws when it does not end in time. */
  async leave(graceMs: number): Promise<void> {
    const { signal } = await this.current.stop(graceMs);
    if (signal === 'SIGKILL')
      throw new Error(`${this.name} did not stop within ${graceMs} ms:\n${this.current.tail()}`);
  }

  private async enter(): Promise<void> {
    // A consumer cannot say that it is ready while its Redis is away, so nobody waits for that here.
    this.current = await startProcess({
      command: process.execPath,
      args: ['--enable-source-maps', join(import.meta.dirname, 'actors', `${this.role}.js`), JSON.stringify(this.plan)],
    });
  }
}
