import { Unrecoverable } from '@switchboard/delivery';
import { type Agent } from './agent.js';

/** Which agent answers for which property. */
export class AgentDirectory {
  constructor(private readonly agents: ReadonlyMap<string, Agent>) {}

  /** @throws Unrecoverable for a property that is not configured. */
  agentOf(propertyId: string): Agent {
    const agent = this.agents.get(propertyId);
    if (!agent) throw new Unrecoverable(`no agent is configured for property ${propertyId}`);
    return agent;
  }
}
