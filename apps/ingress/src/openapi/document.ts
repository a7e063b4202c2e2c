import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { WebchatPost } from '@switchboard/channels';
import { jsonSchemas, WebchatLine } from '@switchboard/message-schema';
import { answerSchemas } from './answers.js';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/** Message classes that stand in the document, with the schemas their own decorators give them. */
const described = [WebchatPost, WebchatLine];

/** Describes every route of the service. */
export function openApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setTitle('Switchboard ingress')
    .setDescription('Webhooks of providers and the web chat. Every error is application/problem+json.')
    .setVersion('1')
    .build();
  const document = SwaggerModule.createDocument(app, about);
  const { components } = document;
  return { ...document, components: { ...components, schemas: { ...components?.schemas, ...schemas() } } };
}

function schemas(): Schemas {
  const all = jsonSchemas();
  const ofClasses = described.map(({ name }) => [name, all[name]] as const);
  return { ...Object.fromEntries(ofClasses), ...answerSchemas } as Schemas;
}
