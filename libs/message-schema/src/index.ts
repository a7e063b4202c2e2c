import 'reflect-metadata';
export { StandardMessage, priorities, type Priority } from './standard-message.js';
export { Envelope, MAX_TEXT_LENGTH } from './envelope.js';
export { AgentMessage } from './agent-message.js';
export { Escalation, escalationLevels, EscalationStep, type EscalationLevel } from './escalation.js';
export {
  Message,
  contractOf,
  declaredMessages,
  messageClassFor,
  newestVersionOf,
  type DeclaredMessage,
  type MessageContract,
} from './message.decorator.js';
export { InvalidMessageError, type Violation } from './invalid-message-error.js';
export { check } from './schema.js';
export { checkMessage, type Checked } from './message-check.js';
export { jsonSchemaOf, jsonSchemas, type JsonSchema } from './json-schemas.js';
export { registerUpcaster, upcastTarget, type Upcast } from './upcaster.js';
export { MAX_MESSAGE_BYTES, MAX_MESSAGE_DEPTH, MAX_MESSAGE_KEYS } from './message-limits.js';
export { decode, decodeAs, encode, envelopeOf, type Draft } from './codec.js';
export { agentMessage, decodeAgentMessage, encodeAgentMessage, type AgentDraft } from './agent-codec.js';
export {
  agentInbox,
  eventDeadLetters,
  eventStream,
  taskQueue,
  deadLetterStream,
  feedStream,
  Groups,
  propertyChannel,
  Streams,
  webchatStream,
} from './streams.js';
export { Attachment } from './messages/attachment.js';
export { AuditRecord } from './messages/audit-record.js';
export { AgentReply, replyAuthors, type ReplyAuthor } from './messages/agent-reply.js';
export {
  type ConversationStatus,
  conversationStatuses,
  ConversationUpdate,
  updateKinds,
  type UpdateKind,
} from './messages/conversation-update.js';
export { DeliveryNotice, noticeSteps, type NoticeStep } from './messages/delivery-notice.js';
export { GuestMessage } from './messages/guest-message.js';
export { channelKinds, ReplyAddress, type ChannelKind } from './messages/reply-address.js';
export { WebchatLine } from './messages/webchat-line.js';
export { childTraceparent, formatTraceparent, newTrace, parseTraceparent, type TraceContext } from './traceparent.js';
export {
  agentMessageFromCloudEvent,
  envelopeFromCloudEvent,
  structuredCloudEvent,
  toBinaryCloudEvent,
  toCloudEvent,
  type BinaryCloudEvent,
  type CloudEvent,
} from './cloud-event.js';
