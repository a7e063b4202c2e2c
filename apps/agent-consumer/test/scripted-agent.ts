import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

/** One question as the agent got it. */
export interface Question {
  readonly atMs: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: {
    readonly conversationId: string;
    readonly messages: readonly { readonly id: string; readonly text: string }[];
  };
}

type Script = (response: ServerResponse, question: Question) => void;

/** An agent behind HTTP that answers its coming questions as it is told, and then with "ok". */
export class ScriptedAgent {
  readonly questions: Question[] = [];
  private readonly scripts: Script[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ScriptedAgent> {
    const server = createServer();
    const agent = new ScriptedAgent(server);
    server.on('request', (request, response) => {
      let text = '';
      request.setEncoding('utf8');
      request.on('data', (chunk: string) => (text += chunk));
      request.on('end', () => {
        const question = {
          atMs: performance.now(),
          headers: request.headers,
          body: JSON.parse(text) as Question['body'],
        };
        agent.questions.push(question);
        (agent.scripts.shift() ?? answer('ok'))(response, question);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return agent;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/answer`;
  }

  /** What the coming questions are answered, in turn. */
  plan(...scripts: Script[]): void {
    this.scripts.push(...scripts);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }
}

export function answer(text: string): Script {
  return (response) => response.end(JSON.stringify({ text, agent: 'scripted' }));
}

export function body(text: string): Script {
  return (response) => response.end(text);
}

export function refuse(status: number, headers: Record<string, string> = {}): Script {
  return (response) => response.writeHead(status, headers).end();
}

/** Reads the question and never answers. */
export function silence(): Script {
  return () => undefined;
}
