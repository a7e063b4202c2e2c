import { type Sender } from '../contestants/contestant.js';
import { readBenchMessage } from '../load/bench-message.js';
import { KeepAliveConnection } from './keep-alive-connection.js';

/**
 * Sends requests that were made before, by the numbers of the load's messages, each on a connection that is free: a new one
 * when none is. Keeps what became of each; a refusal is an answer.
 */
export class WebhookSender implements Sender {
  /** Status by number of the request; absent without an answer. */
  readonly statuses = new Map<number, number>();
  private readonly idle: KeepAliveConnection[] = [];

  constructor(
    private readonly port: number,
    private readonly requests: readonly Buffer[],
  ) {}

  async send(messages: Parameters<Sender['send']>[0]): Promise<void> {
    for (const { data } of messages) await this.ask(readBenchMessage(data).n);
  }

  close(): Promise<void> {
    for (const connection of this.idle) connection.close();
    return Promise.resolve();
  }

  private async ask(n: number): Promise<void> {
    let connection = this.idle.pop();
    while (connection && !connection.usable) connection = this.idle.pop();
    connection ??= new KeepAliveConnection(this.port);
    try {
      this.statuses.set(n, await connection.ask(this.requests[n] as Buffer));
    } catch {
      // Counted by its absence.
    }
    if (connection.usable) this.idle.push(connection);
  }
}
