export { channels } from './channels.js';
export {
  type ChannelAdapter,
  type Find,
  type Found,
  type Parse,
  type Send,
  type Verify,
  type WebhookChannel,
} from './channel-adapter.js';
export {
  type CareChange,
  type ConversationCare,
  type IgnoredReason,
  type InboundDraft,
  type Origin,
  type ParsedWebhook,
} from './inbound/inbound-draft.js';
export {
  type ArchiveAccess,
  type ArchivedConversation,
  ArchiveUnavailable,
  ChatwootArchive,
} from './chatwoot/chatwoot-archive.js';
export { type AnswerRule, isTakenOver } from './chatwoot/chatwoot-care.js';
export {
  type DeliveryProblem,
  type DeliveryStatus,
  type DeliveryStep,
  deliverySteps,
  mergeStatus,
} from './inbound/delivery-status.js';
export { withoutNul } from './inbound/without-nul.js';
export {
  type RefusalReason,
  type RequestHeaders,
  type SignedRequest,
  type SourceSecurity,
  type Verdict,
} from './signature/verdict.js';
export { TIMESTAMP_TOLERANCE_MS } from './signature/freshness.js';
export { type FailureClass, type FailureKind } from './outbound/failure-class.js';
export { type CallRules, faultOfUrl } from './outbound/guarded/call-rules.js';
export { ProviderError } from './outbound/provider-error.js';
export { classOfWhatsAppFailure } from './whatsapp/whatsapp-errors.js';
export { type ProviderApi, type SendContext, type SendResult } from './outbound/send-context.js';
export { answerHandshake, type HandshakeVerdict } from './whatsapp/handshake.js';
export { DEFAULT_GRAPH_VERSION, MAX_WHATSAPP_TEXT_LENGTH } from './whatsapp/send-to-whatsapp.js';
export { webchatConversationId, webchatSourceId } from './webchat/parse-webchat.js';
export { MAX_WEBCHAT_TEXT_LENGTH, WebchatPost } from './webchat/webchat-post.js';
