import { type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fits, type LineLog, type LinePattern } from './line-log.js';
import { waitFor } from './wait-for.js';
import { releaseFromCleanup } from './watchdog.js';

/** How a process ended: by itself with a code, or by a signal. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process of ours that has been started: its number, what it says, and how to end it. */
export class RunningProcess {
  readonly pid: number;
  /** Resolves, and never rejects, when the process has ended and its output has been read. */
  readonly exited: Promise<Exit>;
  private ended = false;

  constructor(
    private readonly child: ChildProcess,
    private readonly log: LineLog,
    outputRead: Promise<unknown>,
  ) {
    if (child.pid === undefined) throw new Error('The process has no number: it was not started');
    const pid = (this.pid = child.pid);
    const exit = new Promise<Exit>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
    this.exited = exit.then(async (how) => {
      this.ended = true;
      killRest(pid);
      releaseFromCleanup('group', pid);
      await outputRead;
      return how;
    });
  }

  /** Lines of stdout and stderr so far, the last 10 000. */
  get lines(): readonly string[] {
    return this.log.lines;
  }

  get hasExited(): boolean {
    return this.ended;
  }

  /** The last lines as one text, for an error message. */
  tail(count = 15): string {
    return this.log.tail(count);
  }

  /** Sends a signal and does not wait. Nothing happens when the process has ended. */
  signal(signal: NodeJS.Signals): void {
    if (!this.ended) this.child.kill(signal);
  }

  /** Sends a signal that ends the process and waits until it has ended. A stopped process ends by SIGKILL only. */
  async kill(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    this.signal(signal);
    return this.exited;
  }

  /** Ends the process in order: SIGTERM and, when it is still there after `graceMs`, SIGKILL. */
  async stop(graceMs = 5_000): Promise<Exit> {
    this.signal('SIGCONT');
    this.signal('SIGTERM');
    const late = setTimeout(() => this.signal('SIGKILL'), graceMs);
    try {
      return await this.exited;
    } finally {
      clearTimeout(late);
    }
  }

  /** Stops the process in its tracks (SIGSTOP): its connections stay open and nobody answers on them. */
  async freeze(): Promise<void> {
    this.signal('SIGSTOP');
    await waitFor(() => this.ended || isStopped(this.pid), { describe: `process ${this.pid} is stopped` });
  }

  /** Lets a frozen process go on (SIGCONT). */
  thaw(): void {
    this.signal('SIGCONT');
  }

  /**
   * The first line that fits, also one that was already said.
   *
   * @throws Error with the last lines when the process ends first or `timeoutMs` passes.
   */
  awaitLine(pattern: LinePattern, timeoutMs = 30_000): Promise<string> {
    const said = this.log.find(pattern);
    if (said !== undefined) return Promise.resolve(said);
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        stopListening();
        clearTimeout(late);
        act();
      };
      const stopListening = this.log.onLine((line) => {
        if (fits(line, pattern)) settle(() => resolve(line));
      });
      const fail = (what: string): void => {
        const shown = pattern instanceof RegExp ? ` matching ${pattern}` : '';
        settle(() => reject(new Error(`${what} before it said a line${shown}. Its last lines:\n${this.tail()}`)));
      };
      const late = setTimeout(() => fail(`${timeoutMs} ms passed for process ${this.pid}`), timeoutMs);
      void this.exited.then((how) => fail(`Process ${this.pid} ended (${how.signal ?? `code ${how.code}`})`));
    });
  }
}

/** What a process started and left behind in its group goes with it; otherwise its output would never end. */
function killRest(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // Nothing was left: the ordinary case.
  }
}

/** Whether the kernel has stopped the process; elsewhere than on Linux the signal itself must do. */
function isStopped(pid: number): boolean {
  if (process.platform !== 'linux') return true;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
}
