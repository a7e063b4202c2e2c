import { join } from 'node:path';
import { startProcess } from '../../process/start-process.js';
import { CONFIG_FILE, type LaunchedRedis, type RedisLauncher, type RedisRole } from './redis-launcher.js';

/** Runs a redis-server program of this machine as child processes. */
export class ProcessLauncher implements RedisLauncher {
  readonly sharesProcessIds = true;

  constructor(
    private readonly file: string,
    private readonly libraryPath?: string,
  ) {}

  placement(folder: string, role: RedisRole): string[] {
    const lines = ['bind 127.0.0.1', `dir ${JSON.stringify(folder)}`];
    return role === 'redis' ? [...lines, 'enable-debug-command local'] : lines;
  }

  launch(folder: string, role: RedisRole): Promise<LaunchedRedis> {
    return startProcess({
      command: this.file,
      args: [join(folder, CONFIG_FILE), ...(role === 'sentinel' ? ['--sentinel'] : [])],
      ...(this.libraryPath ? { env: { LD_LIBRARY_PATH: this.libraryPath } } : {}),
    });
  }

  async close(): Promise<void> {
    // The launcher keeps nothing beside its processes.
  }
}
