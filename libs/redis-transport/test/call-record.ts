import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

/** A provider that notes when each call to each path arrived. */
export class CallRecord {
  private readonly calls: { readonly path: string; readonly atMs: number }[] = [];

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      this.calls.push({ path: request.url ?? '', atMs: performance.now() });
      request.resume();
      response.end();
    });
  }

  static async start(): Promise<CallRecord> {
    const server = createServer();
    const record = new CallRecord(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return record;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get total(): number {
    return this.calls.length;
  }

  /** Times of the calls, ms, by the part of the path that stands for a scope. */
  by(scope: 'app' | 'sender' | 'pair'): readonly number[][] {
    const groups = new Map<string, number[]>();
    for (const { path, atMs } of this.calls) {
      const key = scope === 'app' ? '' : (path.split('/')[scope === 'sender' ? 1 : 2] ?? '');
      groups.set(key, [...(groups.get(key) ?? []), atMs]);
    }
    return [...groups.values()];
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
