import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiProduces,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { correlation, DescribeProblems, reference } from './answers.js';

/** What a provider signs a webhook with, and what is read of its body. */
interface WebhookForm {
  readonly summary: string;
  readonly description: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** False where a source may do without signatures. */
  readonly alwaysSigned?: boolean;
  readonly body: { readonly required: string[]; readonly example: Readonly<Record<string, unknown>> };
}

const forms = {
  chatwoot: {
    summary: 'Webhook of a Chatwoot account, API inbox or agent bot',
    description:
      'Taken are message_created and message_updated, of these what a guest wrote, edited or deleted, and changes of whose ' +
      'care a conversation is in. What a guest writes while a person has taken over is shown to the staff and kept from ' +
      'agents. The rest is accepted and left out. A source without requireSignature takes unsigned requests, whose ' +
      'address must carry one of its urlTokens as token, if it has any.',
    headers: {
      'X-Chatwoot-Signature': 'sha256= and the hex HMAC-SHA256 of "timestamp.body", keyed with the webhook’s secret.',
      'X-Chatwoot-Timestamp': 'Seconds since 1970, at most five minutes off.',
    },
    query: { token: 'One of the urlTokens of a source without requireSignature.' },
    alwaysSigned: false,
    body: {
      required: ['event'],
      example: {
        event: 'message_created',
        id: 77287,
        content: 'Do you have a room with a sea view?',
        message_type: 'incoming',
        private: false,
        created_at: '2025-10-07T10:03:04.657Z',
        account: { id: 1 },
        conversation: { id: 10 },
        sender: { id: 7, name: 'Ada Guest' },
      },
    },
  },
  whatsapp: {
    summary: 'Webhook of a WhatsApp Cloud API app',
    description:
      'One request may carry messages of several guests and delivery statuses; other changes are accepted and left out.',
    headers: { 'X-Hub-Signature-256': 'sha256= and the hex HMAC-SHA256 of the body, keyed with the app secret.' },
    body: {
      required: ['object', 'entry'],
      example: {
        object: 'whatsapp_business_account',
        entry: [
          {
            id: '102290129340398',
            changes: [
              {
                field: 'messages',
                value: {
                  messaging_product: 'whatsapp',
                  metadata: { display_phone_number: '15550783881', phone_number_id: '106540352242922' },
                  contacts: [{ profile: { name: 'Ada Guest' }, wa_id: '15551234567' }],
                  messages: [
                    {
                      from: '15551234567',
                      id: 'wamid.A1',
                      timestamp: '1759831384',
                      type: 'text',
                      text: { body: 'Hi' },
                    },
                  ],
                },
              },
            ],
          },
        ],
      },
    },
  },
  standard: {
    summary: 'Webhook of any system that speaks Standard Webhooks',
    description: 'Of all types only message.received is taken. The webhook-id is the deduplication key.',
    headers: {
      'webhook-id': 'Unique id of the webhook, the same when it is sent again.',
      'webhook-timestamp': 'Seconds since 1970, at most five minutes off.',
      'webhook-signature':
        'v1, and the base64 HMAC-SHA256, or v1a, and the base64 ed25519 signature, of "id.timestamp.body"; several are ' +
        'separated by spaces.',
    },
    body: {
      required: ['type'],
      example: {
        type: 'message.received',
        timestamp: '2025-10-07T10:03:04.657Z',
        data: { conversationId: 'booking-4711', messageId: 'm-1', from: 'Ada Guest', text: 'Do you have a room?' },
      },
    },
  },
} as const satisfies Record<string, WebhookForm>;

/** Describes the route of one kind of webhook. */
export function DescribeWebhook(kind: keyof typeof forms): MethodDecorator {
  const { summary, description, headers, query = {}, alwaysSigned = true, body }: WebhookForm = forms[kind];
  return applyDecorators(
    ApiTags('Webhooks'),
    ApiOperation({ summary, description }),
    ApiParam({ name: 'source', description: 'Id of the source in PROPERTIES_FILE.', example: `demo-${kind}` }),
    ...Object.entries(headers).map(([name, meaning]) =>
      ApiHeader({ name, description: meaning, required: alwaysSigned }),
    ),
    ...Object.entries(query).map(([name, meaning]) => ApiQuery({ name, description: meaning, required: false })),
    ApiBody({ schema: { type: 'object', required: body.required, example: body.example } }),
    ApiResponse({ status: 200, description: 'Stored.', schema: reference('Receipt'), headers: correlation }),
    DescribeProblems(400, 401, 404, 413, 415, 429, 503),
  );
}

/** Describes Meta's check of a webhook address. */
export function DescribeHandshake(): MethodDecorator {
  const query = (name: string, example: string): MethodDecorator =>
    ApiQuery({ name, required: true, schema: { type: 'string', example } });
  return applyDecorators(
    ApiTags('Webhooks'),
    ApiOperation({ summary: 'Check of a WhatsApp webhook address by Meta' }),
    ApiParam({ name: 'source', description: 'Id of the source in PROPERTIES_FILE.', example: 'demo-whatsapp' }),
    query('hub.mode', 'subscribe'),
    query('hub.verify_token', 'the verifyToken of the source'),
    query('hub.challenge', '1158201444'),
    ApiProduces('text/plain'),
    ApiResponse({
      status: 200,
      description: 'The challenge.',
      headers: correlation,
      content: { 'text/plain': { schema: { type: 'string' } } },
    }),
    DescribeProblems(403, 404),
  );
}
