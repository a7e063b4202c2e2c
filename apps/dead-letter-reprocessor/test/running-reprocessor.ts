import { openService, type RunningService } from '@switchboard/service-kit';
import { deadLetterReprocessor } from '../src/service.js';
import { PARTITIONS } from './failing-groups.js';

export interface Letter {
  readonly deadLetterId: string;
  readonly id: string;
  readonly data: string;
  readonly edited: boolean;
  readonly stream: string;
  readonly group: string;
  readonly reason: string;
}

export interface Page {
  readonly items: Letter[];
  readonly next?: string;
}

export interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly body: unknown;
}

/** The reprocessor on a port of its own. */
export class RunningReprocessor {
  private constructor(private readonly service: RunningService) {}

  static async start(redisUrl: string, env: Record<string, string> = {}, onLog?: (line: string) => void) {
    const settings = { PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: onLog ? 'trace' : 'silent', REDIS_URL: redisUrl };
    const service = await openService(
      deadLetterReprocessor,
      { ...settings, PARTITIONS: String(PARTITIONS), ...env },
      onLog && { write: onLog },
    );
    return new RunningReprocessor(service);
  }

  ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send(method, `/dead-letters${path}`, body, headers);
  }

  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(`${this.service.url}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      body: text ? JSON.parse(text) : undefined,
    };
  }

  async list(query = ''): Promise<Page> {
    return (await this.ask('GET', query)).body as Page;
  }

  stop(): Promise<void> {
    return this.service.stop();
  }
}
