import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { workspaceRoot } from '../../workspace-root.js';
import { nodeFlags } from './node-flags.js';
import { type WorkerHears, type WorkerSays } from './reports.js';

/** Roles of worker processes; each has its file here. */
export type WorkerRole = 'sender' | 'receiver' | 'requester';

export interface WorkerOptions {
  /** Folder for V8 processor profiles of the workers; none are made without it. */
  readonly profileFolder?: string | undefined;
}

type Kind = WorkerSays['kind'];

/** A working process, as the process that started it sees it. */
export class Worker<R> {
  private readonly said = new Map<Kind, WorkerSays<R>>();
  private readonly waiting = new Map<Kind, (words: WorkerSays<R>) => void>();
  private fail: (error: Error) => void = () => undefined;
  private readonly failed = new Promise<never>((_, reject) => (this.fail = reject));
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;

  /** @param plan goes to the process as JSON, together with the name of whom it works for */
  constructor(
    private readonly role: WorkerRole,
    plan: { readonly contestant: string },
    options: WorkerOptions,
  ) {
    const file = join(workspaceRoot(), 'tools/dist/bench/worker', `${role}.process.js`);
    const { profileFolder } = options;
    const profiling = profileFolder
      ? [
          '--cpu-prof',
          `--cpu-prof-dir=${profileFolder}`,
          `--cpu-prof-name=${plan.contestant}-${role}-${Date.now()}.cpuprofile`,
        ]
      : [];
    this.child = fork(file, [JSON.stringify(plan)], { execArgv: [...nodeFlags, ...profiling] });
    this.failed.catch(() => undefined);
    this.child.on('message', (words: WorkerSays<R>) => this.hear(words));
    this.ended = new Promise((resolve) => this.child.once('exit', () => resolve()));
    this.child.once('exit', (code, signal) =>
      this.fail(new Error(`The ${role} of ${plan.contestant} ended: ${signal ?? code}`)),
    );
  }

  say(word: WorkerHears): void {
    this.child.send(word);
  }

  /** Resolves when the worker has said this, which it says once. @throws when it ends first or not in time */
  async heard(kind: Kind, timeoutMs: number): Promise<WorkerSays<R>> {
    const said = this.said.get(kind);
    if (said) return said;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`The ${this.role} was not ${kind} within ${timeoutMs} ms`)), timeoutMs);
    });
    const words = new Promise<WorkerSays<R>>((resolve) => this.waiting.set(kind, resolve));
    return Promise.race([words, late, this.failed]).finally(() => clearTimeout(timer));
  }

  async report(timeoutMs: number): Promise<R> {
    const words = await this.heard('done', timeoutMs);
    if (words.kind !== 'done') throw new Error(`The ${this.role} reported nothing`);
    return words.report;
  }

  /** Lets it close its connections, at most for `graceMs`, then ends it. */
  async end(graceMs = 3_000): Promise<void> {
    if (this.child.connected) this.say('end');
    const late = setTimeout(() => this.child.kill('SIGKILL'), graceMs);
    await this.ended;
    clearTimeout(late);
  }

  private hear(words: WorkerSays<R>): void {
    this.said.set(words.kind, words);
    this.waiting.get(words.kind)?.(words);
  }
}
