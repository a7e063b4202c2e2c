import { RpcException } from '@nestjs/microservices';
import { check } from '@switchboard/message-schema';
import { type RequestContext, type Serving } from '../../requests/request-handler.js';
import { type Requests } from '../../requests/requests.js';
import { RequestTurn } from '../contexts/request-turn.js';
import { RefusedByGuard } from '../handlers/call-handler.js';
import { type RequestExtras } from '../handlers/handler-extras.js';
import { type HandlerCall, type HandlerReports } from './handler-reports.js';
import { readBody } from './read-body.js';
import { type ServedPattern } from './served-pattern.js';

export interface RequestParts {
  readonly requests: Requests;
  readonly graceMs: number;
  readonly run: (body: unknown, turn: RequestTurn) => Promise<unknown>;
  readonly reports: HandlerReports;
}

/** A request handler at work. */
export class RequestServing implements ServedPattern {
  private serving: Serving | undefined;

  constructor(
    private readonly extras: RequestExtras,
    private readonly parts: RequestParts,
  ) {}

  async start(): Promise<void> {
    const { address } = this.extras;
    this.serving = this.parts.requests.serve(address, (data, context) => this.answer(data, context));
    await this.serving.ready;
  }

  async stop(): Promise<void> {
    await this.serving?.stop({ graceMs: this.parts.graceMs });
  }

  check(): void {
    // A server that lost its connection subscribes anew; callers learn meanwhile that nobody answers.
  }

  private async answer(data: string, context: RequestContext): Promise<string> {
    const call = this.parts.reports.begin();
    try {
      const answer = await this.handle(data, context, call);
      call.ended('done');
      return answer;
    } catch (error) {
      call.ended('failed', error ?? new Error('the handler threw nothing'));
      throw error;
    }
  }

  private async handle(data: string, context: RequestContext, call: HandlerCall): Promise<string> {
    const { requestClass, responseClass } = this.extras;
    const body = readBody(requestClass, data);
    call.reads(body);
    const answer = await this.parts.run(body, new RequestTurn(context)).catch(tell);
    if (responseClass) check(responseClass, answer);
    return JSON.stringify(answer) ?? 'null';
  }
}

/** What the caller is told goes by `code` and message; Nest's own exception keeps a code within. */
function tell(error: unknown): never {
  if (error instanceof RefusedByGuard) throw coded('FORBIDDEN', error.message);
  if (!(error instanceof RpcException)) throw error;
  const told = error.getError();
  const code = typeof told === 'object' ? (told as { code?: unknown }).code : undefined;
  throw typeof code === 'string' ? coded(code, error.message) : error;
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
