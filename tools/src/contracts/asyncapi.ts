import { declaredMessages } from '@switchboard/message-schema';
import { type Channel, channels, PUBLISHED } from './channels.js';
import { schemaName, wireForms } from './wire-forms.js';

const ENVELOPE = 'envelope';

/** A line of a feed as Pub/Sub carries it: with its place in the feed, so that nobody shows it twice or misses one. */
const publishedUpdate = {
  type: 'object',
  required: ['p', 'id', 'd'],
  properties: {
    p: { type: 'integer', minimum: 0, description: 'Partition of the feed.' },
    id: { type: 'string', description: 'Id of the entry in that partition.' },
    d: { type: 'string', contentMediaType: 'application/json', description: 'JSON of a conversation-update.' },
  },
};

/** The AsyncAPI 3.0 document of every channel; schemas are referred to in the files beside it. */
export function asyncApiDocument(): object {
  const all = Object.entries(channels());
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Switchboard',
      version: '1.0.0',
      description:
        'Channels between guests, AI agents and staff dashboards. An address is a logical name: a stream S of N ' +
        'partitions lies in the Redis keys S:{p0} to S:{pN-1}, and every key begins with KEY_PREFIX. Made from the ' +
        'message classes by `npm run contracts`; not to be edited.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(all.map(([id, channel]) => [id, channelObject(channel)])),
    operations: Object.fromEntries(all.flatMap(([id, channel]) => operations(id, channel))),
    components: { messages: messages() },
  };
}

function channelObject({ address, about, messages }: Channel): object {
  const parameters = [...address.matchAll(/\{([A-Za-z]+)\}/g)].map(([, name]) => name as string);
  return {
    address,
    description: about,
    messages: Object.fromEntries(messages.map((name) => [name, { $ref: `#/components/messages/${name}` }])),
    ...(parameters.length > 0 ? { parameters: Object.fromEntries(parameters.map((name) => [name, {}])) } : {}),
  };
}

function operations(id: string, { actions }: Channel): [string, object][] {
  return actions.map((action) => [`${action}_${id}`, { action, channel: { $ref: `#/channels/${id}` } }]);
}

function messages(): Record<string, object> {
  const forms = Object.keys(wireForms)
    .filter((name) => name !== ENVELOPE)
    .map((name) => [name, message(name, schemaFile(name))] as const);
  const declared = declaredMessages().map((contract) => {
    const name = schemaName(contract);
    return [name, message(contract.type, enveloped(name, contract))] as const;
  });
  return Object.fromEntries([...forms, ...declared, [PUBLISHED, message(PUBLISHED, publishedUpdate)]]);
}

function message(name: string, payload: object): object {
  return { name, contentType: 'application/json', payload };
}

/** An envelope around a payload of one type and version. */
function enveloped(name: string, { type, version }: { type: string; version: number }): object {
  return {
    allOf: [
      schemaFile(ENVELOPE),
      {
        type: 'object',
        properties: { message_type: { const: type }, schema_version: { const: version }, payload: schemaFile(name) },
      },
    ],
  };
}

function schemaFile(name: string): object {
  return { $ref: `./schemas/${name}.json` };
}
