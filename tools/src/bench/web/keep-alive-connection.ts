import { connect, type Socket } from 'node:net';

/** A server that has not answered by then counts as one that does not answer. */
const ANSWER_MS = 20_000;
const HEAD_END = Buffer.from('\r\n\r\n');

interface Question {
  readonly resolve: (status: number) => void;
  readonly reject: (error: Error) => void;
}

/**
 * An HTTP/1.1 connection that stays open, one request at a time. Reads of an answer only what the load needs: its status
 * and its end. Node's own client takes more processor time for a request than the servers that are compared.
 */
export class KeepAliveConnection {
  private readonly socket: Socket;
  private bytes: Buffer = Buffer.alloc(0);
  private question: Question | undefined;
  private closed = false;

  constructor(port: number) {
    this.socket = connect({ host: '127.0.0.1', port, noDelay: true });
    this.socket.on('data', (chunk) => this.read(chunk));
    this.socket.on('error', () => undefined);
    this.socket.setTimeout(ANSWER_MS, () => this.question && this.end('no answer in time'));
    this.socket.on('close', () => this.end('the connection was closed'));
  }

  /** False once it cannot carry a request any more. */
  get usable(): boolean {
    return !this.closed;
  }

  /** Sends a whole request and resolves with the status of its answer. @throws Error when there is none */
  ask(request: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.closed) return reject(new Error('the connection was closed'));
      this.question = { resolve, reject };
      this.socket.write(request);
    });
  }

  close(): void {
    this.end('closed by this side');
  }

  private read(chunk: Buffer): void {
    this.bytes = this.bytes.length === 0 ? chunk : Buffer.concat([this.bytes, chunk]);
    const headEnd = this.bytes.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.bytes.subarray(0, headEnd).toString('latin1');
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined) return this.end('an answer does not say how long it is');
    if (this.bytes.length < headEnd + HEAD_END.length + Number(length)) return;
    this.bytes = Buffer.alloc(0);
    const { question } = this;
    this.question = undefined;
    if (/\r\nconnection: *close/i.test(head)) this.end('closed by the server');
    question?.resolve(Number(head.slice(9, 12)));
  }

  private end(why: string): void {
    this.closed = true;
    this.socket.destroy();
    this.question?.reject(new Error(why));
    this.question = undefined;
  }
}
