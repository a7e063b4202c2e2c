import { type HandlerModule } from '@switchboard/redis-transport/testing';
import { createLogger, HASH_ID, SERVICE_LOG } from '@switchboard/service-kit';
import { AgentDirectory } from '../src/agents/agent-directory.js';
import { type Agent } from '../src/agents/agent.js';
import { GuestMessagesController } from '../src/guest-messages.controller.js';

/** The controller with one agent, for the property `demo`. */
export function guestMessagesModule(agent: Agent): HandlerModule {
  return {
    controllers: [GuestMessagesController],
    providers: [
      { provide: AgentDirectory, useValue: new AgentDirectory(new Map([['demo', agent]])) },
      { provide: SERVICE_LOG, useValue: createLogger({ service: 'test', level: 'silent', pretty: false }) },
      { provide: HASH_ID, useValue: () => 'hashed' },
    ],
  };
}
