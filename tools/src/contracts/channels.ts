import { requestAddress } from '@switchboard/message-bus';
import {
  agentInbox,
  declaredMessages,
  eventDeadLetters,
  eventStream,
  feedStream,
  propertyChannel,
  Streams,
  deadLetterStream,
  taskQueue,
  webchatStream,
} from '@switchboard/message-schema';
import { schemaName } from './wire-forms.js';

/** What lies in every stream of dead letters. */
const LETTER = 'a letter holds the message as it was stored, with reason, error, attempts, origin and time.';

/** Name of the message on a property's Pub/Sub channel. */
export const PUBLISHED = 'published-update';

/** One channel of the contract: where it is, what it carries and what Switchboard's own services do with it. */
export interface Channel {
  /** Logical name, parameters in braces. */
  readonly address: string;
  readonly about: string;
  /** Names of messages, those of wire forms or of declared message classes. */
  readonly messages: readonly string[];
  readonly actions: readonly ('send' | 'receive')[];
}

/** Every channel that a name function or `Streams` gives, and the streams that message classes declare beside them. */
export function channels(): Record<string, Channel> {
  const known: Record<string, Channel> = {
    inbound: onStream(Streams.inbound, 'Normalised messages from guests, in order for each conversation.'),
    outbound: onStream(Streams.outbound, 'Replies on their way to a provider, in order for each conversation.'),
    inboundDeadLetters: deadLettersOf(Streams.inbound),
    outboundDeadLetters: deadLettersOf(Streams.outbound),
    auditMessages: audit(Streams.auditMessages, 'Every message at every stage; no texts.'),
    auditDecisions: audit(Streams.auditDecisions, 'What agents decided; no texts.'),
    propertyFeed: {
      address: template((parameter) => feedStream(parameter('propertyId'))),
      about: 'Capped stream from which the dashboards of a property resume.',
      messages: ['conversation-update'],
      actions: ['send', 'receive'],
    },
    propertyUpdates: {
      address: template((parameter) => propertyChannel(parameter('propertyId'))),
      about: 'Pub/Sub channel with the live updates of a property; each with its place in the feed.',
      messages: [PUBLISHED],
      actions: ['send', 'receive'],
    },
    webchat: {
      address: template((parameter) => webchatStream(parameter('propertyId'), parameter('visitorId'))),
      about: 'Capped stream of what one visitor of a web chat sees.',
      messages: ['webchat-line'],
      actions: ['send', 'receive'],
    },
    agentInbox: betweenAgents(
      template((parameter) => agentInbox(parameter('agentId'))),
      'Messages for one agent.',
    ),
    taskQueue: betweenAgents(
      template((parameter) => taskQueue(parameter('role'))),
      'Work for any one agent of a role, high priority first.',
    ),
    events: betweenAgents(
      template((parameter) => eventStream(parameter('category'), parameter('type'))),
      'Events of one kind, for every group that subscribes.',
    ),
    agentRequests: betweenAgents(
      template((parameter) => requestAddress(parameter('agentId'))),
      'Questions to one agent and its answers. Pub/Sub between the transports of the two, who find each other by this name: ' +
        'a message travels behind a line of their own, and no subscription to topics hears it.',
    ),
    eventDeadLetters: {
      address: template((parameter) => eventDeadLetters(parameter('category'), parameter('type'))),
      about: `Events that were given up; ${LETTER}`,
      messages: ['dead-letter'],
      actions: ['send', 'receive'],
    },
  };
  return { ...known, ...othersThan(Object.values(known)) };
}

/** Name of a channel as a function makes it, its arguments as parameters in braces. */
function template(name: (parameter: (called: string) => string) => string): string {
  return name((called) => `__${called}__`).replaceAll(/__([A-Za-z]+)__/g, '{$1}');
}

function onStream(address: string, about: string): Channel {
  const messages = declaredMessages().filter(({ stream }) => stream === address);
  return { address, about, messages: messages.map(schemaName), actions: ['send', 'receive'] };
}

function deadLettersOf(stream: string): Channel {
  const about = `Messages of ${stream} that were given up; ${LETTER}`;
  return { address: deadLetterStream(stream), about, messages: ['dead-letter'], actions: ['send', 'receive'] };
}

function audit(address: string, about: string): Channel {
  return { address, about, messages: ['audit-record'], actions: ['send'] };
}

function betweenAgents(address: string, about: string): Channel {
  return { address, about, messages: ['agent-message'], actions: ['send', 'receive'] };
}

function othersThan(known: readonly Channel[]): Record<string, Channel> {
  const addresses = new Set(known.map(({ address }) => address));
  const streams = new Set(declaredMessages().map(({ stream }) => stream));
  const others = [...streams].filter((stream) => !addresses.has(stream));
  return Object.fromEntries(
    others.map((stream) => [
      stream.replaceAll(/[^\w-]+/g, '_'),
      onStream(stream, 'Messages of the classes that declare it.'),
    ]),
  );
}
