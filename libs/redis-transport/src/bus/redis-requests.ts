import {
  NobodyAnswers as NoAgentAnswers,
  RequestRefused,
  type Requests as RequestPort,
  RequestTimedOut,
  type Responder,
  type TextHandler,
} from '@switchboard/message-bus';
import { NobodyAnswers, RequestFailed, RequestTimeout } from '../requests/request-errors.js';
import { type AskOptions } from '../requests/request-handler.js';
import { type Requests } from '../requests/requests.js';

/** Requests between agents on Pub/Sub. */
export class RedisRequests implements RequestPort {
  constructor(
    private readonly requests: Requests,
    private readonly drainMs: number,
  ) {}

  async ask(address: string, data: string, options: AskOptions): Promise<string> {
    try {
      return await this.requests.ask(address, data, options);
    } catch (error) {
      throw inTermsOfTheBus(error);
    }
  }

  async serve(address: string, handler: TextHandler): Promise<Responder> {
    const serving = this.requests.serve(address, handler);
    await serving.ready;
    return { stop: () => serving.stop({ graceMs: this.drainMs }) };
  }
}

function inTermsOfTheBus(error: unknown): unknown {
  if (error instanceof NobodyAnswers) return new NoAgentAnswers(agentOf(error.address));
  if (error instanceof RequestTimeout) return new RequestTimedOut(agentOf(error.address), error.timeoutMs);
  if (error instanceof RequestFailed) return new RequestRefused(error.code, error.message);
  return error;
}

function agentOf(address: string): string {
  return address.replace(/:requests$/, '');
}
