import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type RunningProcess, startProcess } from '@switchboard/testing';
import { passwordOf, type RedisUser } from './redis-users.js';

const run = promisify(execFile);
const redisFolder = join(import.meta.dirname, '..', '..', '..', 'k8s', 'base', 'redis');

/** Where one pod of a set lives. */
export interface PodPlace {
  readonly ordinal: number;
  readonly addresses: readonly string[];
  readonly redisPort: number;
  readonly sentinelPort: number;
  /** Holds the folders of all pods and the passwords. */
  readonly folder: string;
  /** PATH and library path of the programs, and shorter waits for tests. */
  readonly env: Readonly<Record<string, string>>;
}

/** One pod of the StatefulSet as processes: its two containers run the shipped scripts, its disk is a folder. */
export class RedisPod {
  readonly address: string;
  redis: RunningProcess | undefined;
  sentinel: RunningProcess | undefined;

  constructor(readonly place: PodPlace) {
    this.address = place.addresses[place.ordinal] as string;
  }

  /** Starts the containers as the kubelet does: the sidecar first, neither waited for. */
  async start(): Promise<void> {
    await this.startSentinel();
    await this.startRedis();
  }

  async startSentinel(): Promise<void> {
    this.sentinel = await this.container('start-sentinel.sh', 'sentinel');
  }

  async startRedis(): Promise<void> {
    this.redis = await this.container('start-redis.sh', 'redis');
  }

  /** SIGKILL for both containers. */
  async kill(): Promise<void> {
    await Promise.all([this.redis?.kill('SIGKILL'), this.sentinel?.kill('SIGKILL')]);
  }

  /** The data of Redis alone; Sentinel's configuration stays. */
  async loseData(): Promise<void> {
    await rm(join(this.dataFolder, 'appendonlydir'), { recursive: true, force: true });
  }

  async loseDisk(): Promise<void> {
    await rm(this.dataFolder, { recursive: true, force: true });
  }

  get dataFolder(): string {
    return join(this.place.folder, `pod-${this.place.ordinal}`, 'data');
  }

  /** What the scripts of this pod said, also before it was started again. */
  said(pattern: RegExp): boolean {
    return this.redis?.lines.some((line) => pattern.test(line)) ?? false;
  }

  /** Runs a script to its end; resolves with its exit code and what it said. */
  async script(name: string, args: readonly string[] = [], container: 'redis' | 'sentinel' = 'redis') {
    try {
      const { stderr } = await run('sh', [join(redisFolder, 'scripts', name), ...args], { env: this.env(container) });
      return { code: 0, stderr };
    } catch (error) {
      const { code, stderr } = error as { code: number; stderr: string };
      return { code, stderr };
    }
  }

  /** Asks this Redis as a user; the raw lines of the reply. */
  ask(command: readonly string[], user: RedisUser = 'ops'): Promise<string[]> {
    return this.cli(user, passwordOf(user), command);
  }

  askSentinel(command: readonly string[]): Promise<string[]> {
    return this.cli('ops', passwordOf('sentinel-ops'), command, this.place.sentinelPort);
  }

  /** What this Sentinel knows of the master, by field. */
  async view(): Promise<Map<string, string>> {
    const lines = await this.askSentinel(['SENTINEL', 'MASTER', 'mymaster']);
    const view = new Map<string, string>();
    for (let i = 0; i + 1 < lines.length; i += 2) view.set(lines[i] as string, lines[i + 1] as string);
    return view;
  }

  /** Address of the master that this Sentinel names. */
  async named(): Promise<string | undefined> {
    return (await this.view()).get('ip');
  }

  /** Lets this Sentinel look around several times a second instead of every ten. */
  async hurry(): Promise<void> {
    const periods = ['INFO-PERIOD', '500', 'PUBLISH-PERIOD', '500', 'SLAVE-RECONF-TIMEOUT', '2000'];
    await this.askSentinel(['SENTINEL', 'DEBUG', ...periods]);
  }

  async role(): Promise<string> {
    return (await this.ask(['ROLE']))[0] ?? '';
  }

  async keys(): Promise<number> {
    return Number((await this.ask(['DBSIZE']))[0]);
  }

  /** What the readiness probes of both containers say. */
  async ready(): Promise<boolean> {
    const redis = await this.script('probe-ready.sh');
    return redis.code === 0 && (await this.script('probe-sentinel.sh', ['ready'], 'sentinel')).code === 0;
  }

  env(container: 'redis' | 'sentinel'): Record<string, string> {
    const { addresses, ordinal, redisPort, sentinelPort, folder, env } = this.place;
    return {
      PATH: process.env['PATH'] ?? '',
      ...env,
      NODES: addresses.join(' '),
      ORDINAL: String(ordinal),
      REDIS_PORT: String(redisPort),
      SENTINEL_PORT: String(sentinelPort),
      BIND_ADDRESS: this.address,
      LOCAL_ADDRESS: this.address,
      CONFIG_DIR: join(redisFolder, 'config'),
      SECRETS_DIR: join(folder, 'passwords'),
      DATA_DIR: this.dataFolder,
      RUN_DIR: join(folder, `pod-${ordinal}`, `${container}-run`),
    };
  }

  private async container(script: string, container: 'redis' | 'sentinel'): Promise<RunningProcess> {
    await mkdir(this.dataFolder, { recursive: true });
    return startProcess({ command: 'sh', args: [join(redisFolder, 'scripts', script)], env: this.env(container) });
  }

  /** Asks as anybody; Redis unless another port is given. */
  async cli(
    user: string,
    password: string,
    command: readonly string[],
    port = this.place.redisPort,
  ): Promise<string[]> {
    const args = ['--no-auth-warning', '--user', user, '-h', this.address, '-p', String(port), ...command];
    const { stdout } = await run('redis-cli', args, {
      env: { ...this.env('redis'), REDISCLI_AUTH: password },
      timeout: 2_000,
    });
    return stdout.trimEnd().split('\n');
  }
}
