import { join } from 'node:path';
import { type RunningProcess, startProcess } from '@switchboard/testing';
import { signed } from './running-ingress.js';

export interface IngressProcessOptions {
  readonly redisUrl: string;
  readonly spoolDir: string;
  readonly env?: Readonly<Record<string, string>>;
  /** No file of the process may grow beyond this; the disk is full for it then. */
  readonly maxFileKiB?: number;
}

/** What /health/ready says of a service with a spool. */
export interface StorageReadiness {
  readonly ready: boolean;
  readonly redis?: string;
  readonly messages?: number;
}

/** The ingress as a process of its own, from its sources, so that it can be killed. */
export class IngressProcess {
  private constructor(
    readonly url: string,
    private readonly process: RunningProcess,
  ) {}

  static async start({ redisUrl, spoolDir, env = {}, maxFileKiB }: IngressProcessOptions): Promise<IngressProcess> {
    const root = join(import.meta.dirname, '..', '..', '..');
    const node = [
      process.execPath,
      '--import',
      '@swc-node/register/esm-register',
      '--conditions=@switchboard/source',
      join(root, 'apps', 'ingress', 'src', 'main.ts'),
    ];
    const limited =
      maxFileKiB === undefined ? node : ['sh', '-c', `ulimit -f ${maxFileKiB * 2}; exec "$@"`, 'sh', ...node];
    const running = await startProcess({
      command: limited[0] as string,
      args: limited.slice(1),
      cwd: root,
      env: {
        NODE_OPTIONS: undefined,
        NODE_ENV: 'test',
        HOST: '127.0.0.1',
        PORT: '0',
        PARTITIONS: '4',
        REDIS_URL: redisUrl,
        SPOOL_DIR: spoolDir,
        ...env,
      },
      readyWhen: /"listening"/,
    });
    const line = await running.awaitLine(/"listening"/);
    return new IngressProcess((JSON.parse(line) as { url: string }).url, running);
  }

  post(kind: 'chatwoot' | 'whatsapp' | 'standard', body: string): Promise<Response> {
    return this.send(`/webhooks/${kind}/demo-${kind}`, body, signed(kind, body));
  }

  say(visitorId: string, messageId: string): Promise<Response> {
    return this.send('/webchat/demo/messages', JSON.stringify({ visitorId, messageId, text: messageId }));
  }

  async readiness(): Promise<StorageReadiness> {
    const answer = await fetch(`${this.url}/health/ready`);
    const { checks } = (await answer.json()) as { checks: { storage: { detail?: object } } };
    return { ready: answer.status === 200, ...checks.storage.detail };
  }

  /** The value of a metric without further labels. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return Number(new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, 'm').exec(text)?.[1]);
  }

  /** As a crash ends it. */
  kill(): Promise<unknown> {
    return this.process.kill('SIGKILL');
  }

  stop(): Promise<unknown> {
    return this.process.stop(30_000);
  }

  private send(path: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
  }
}
