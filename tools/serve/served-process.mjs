import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Preloaded by the service. */
const LINK = new URL('./process-link.mjs', import.meta.url).href;

/** The service as a process that is replaced after every build. Two of them never run at once. */
export class ServedProcess {
  #main;
  #env;
  #child;
  #ending = false;
  #turn = Promise.resolve();

  /**
   * @param {string} main the service's built entry
   * @param {NodeJS.ProcessEnv} env
   */
  constructor(main, env) {
    this.#main = main;
    this.#env = env;
  }

  /** Ends the running process, if any, and starts a new one. Calls wait for each other. */
  restart() {
    this.#turn = this.#turn.then(async () => {
      await this.#stop();
      if (!this.#ending) this.#start();
    });
    return this.#turn;
  }

  /** From now on a signal to end this process ends the service first, and hands on its exit code. */
  endOnSignals() {
    const end = () => {
      this.#ending = true;
      void this.#stop().then((code) => process.exit(code));
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, end);
  }

  #start() {
    const child = spawn(process.execPath, ['--enable-source-maps', '--import', LINK, this.#main], {
      env: this.#env,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    child.once('exit', (code, signal) => {
      if (child !== this.#child) return;
      this.#child = undefined;
      process.stderr.write(`the service ended by itself (${signal ?? `code ${code}`}); a change starts it again\n`);
    });
  }

  async #stop() {
    const child = this.#child;
    if (!child) return 0;
    this.#child = undefined;
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    const [code] = await exit;
    return code ?? 1;
  }
}
