import { agentMessage, type AgentMessage, decodeAgentMessage, encodeAgentMessage } from '@switchboard/message-schema';
import { fullAddress, requestAddress } from '../address.js';
import {
  type Answer,
  type RequestDraft,
  type RequestHandler,
  type RequestOptions,
  type RespondOptions,
  type Responder,
} from '../message-bus.js';
import { type Requests } from '../ports/requests.js';
import { isExpired } from './arrival.js';
import { lineAbout } from './audit-lines.js';
import { type BusOptions } from './bus-options.js';
import { type Recorder } from './recorder.js';

/** `message_type` of the question what an agent can do. */
const CAPABILITIES = 'agent.capabilities';

/** Questions and answers between agents. */
export class Inquiries {
  constructor(
    private readonly requests: Requests,
    private readonly options: Pick<BusOptions, 'service'>,
    private readonly recorder: Recorder,
  ) {}

  async ask(toAgent: string, draft: RequestDraft, { timeoutMs, signal }: RequestOptions): Promise<AgentMessage> {
    const request = agentMessage({
      ...draft,
      from_agent: fullAddress(draft.from_agent),
      to_agent: fullAddress(toAgent),
    });
    const how = { timeoutMs, ...(signal ? { signal } : {}) };
    // The trail costs the request no time, and its failure not the answer.
    const recorded = this.recorder.record(this.line(request, 'requested', request.from_agent));
    try {
      return decodeAgentMessage(await this.requests.ask(requestAddress(toAgent), encodeAgentMessage(request), how));
    } finally {
      await recorded;
    }
  }

  serve(agent: string, handler: RequestHandler, { capabilities = [] }: RespondOptions = {}): Promise<Responder> {
    const name = fullAddress(agent);
    return this.requests.serve(requestAddress(agent), async (data, context) => {
      const request = decodeAgentMessage(data);
      if (isExpired(request)) throw new Expired();
      const answered =
        request.message_type === CAPABILITIES
          ? { message_type: `${CAPABILITIES}.answer`, payload: { capabilities } }
          : await handler(request, context);
      void this.recorder.record(this.line(request, 'answered', name));
      return encodeAgentMessage(answerTo(request, name, answered));
    });
  }

  async capabilitiesOf(agent: string, { from, ...options }: RequestOptions & { from: string }): Promise<string[]> {
    const { payload } = await this.ask(agent, { message_type: CAPABILITIES, from_agent: from, payload: {} }, options);
    const { capabilities } = payload as { capabilities?: unknown };
    return Array.isArray(capabilities) ? capabilities.map(String) : [];
  }

  private line(request: AgentMessage, action: string, agent: string) {
    return lineAbout(request, action, { service: this.options.service, agent });
  }
}

/** Nobody waits for the answer any more. */
class Expired extends Error {
  readonly code = 'EXPIRED';

  constructor() {
    super('the request has expired');
  }
}

function answerTo(request: AgentMessage, from: string, { message_type, payload }: Answer): AgentMessage {
  return agentMessage({
    message_type,
    payload,
    from_agent: from,
    to_agent: request.from_agent,
    correlation_id: request.correlation_id,
    causation_id: request.message_id,
    priority: request.priority,
    ...(request.conversation_id ? { conversation_id: request.conversation_id } : {}),
    ...(request.property_id ? { property_id: request.property_id } : {}),
    ...(request.traceparent ? { traceparent: request.traceparent } : {}),
  });
}
