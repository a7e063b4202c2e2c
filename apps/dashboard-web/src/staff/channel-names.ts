/** What staff call the channels. */
export const channelNames: Readonly<Record<string, string>> = {
  whatsapp: 'WhatsApp',
  chatwoot: 'Chatwoot',
  webchat: 'Web chat',
  standard: 'Webhook',
};
