import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Preloaded by the service. */
const LINK = join(import.meta.dirname, 'process-link.js');

/** The service as a process that is replaced after every build. Two of them never run at once. */
export class ServedProcess {
  private child: ChildProcess | undefined;
  private ending = false;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly main: string,
    private readonly env: Readonly<Record<string, string | undefined>>,
  ) {}

  /** Ends the running process, if any, and starts a new one. Calls wait for each other. */
  restart(): Promise<void> {
    return this.inTurn(async () => {
      await this.stop();
      if (!this.ending) this.start();
    });
  }

  /** Ends the process for good; resolves with the exit code for the caller. */
  async end(): Promise<number> {
    this.ending = true;
    return this.stop();
  }

  private start(): void {
    const child = spawn(process.execPath, ['--enable-source-maps', '--import', pathToFileURL(LINK).href, this.main], {
      env: this.env as NodeJS.ProcessEnv,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.child = child;
    child.once('exit', (code, signal) => {
      if (child !== this.child) return;
      this.child = undefined;
      process.stderr.write(`the service ended by itself (${signal ?? code}); it starts again after the next change\n`);
    });
  }

  private async stop(): Promise<number> {
    const { child } = this;
    if (!child) return 0;
    this.child = undefined;
    const exit = once(child, 'exit') as Promise<[number | null]>;
    child.kill('SIGTERM');
    const [code] = await exit;
    return code ?? 1;
  }

  private inTurn<T>(action: () => Promise<T>): Promise<T> {
    const next = this.turn.then(action);
    this.turn = next.catch(() => undefined);
    return next;
  }
}
