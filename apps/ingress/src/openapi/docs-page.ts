import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { serveSite, siteFile } from '@switchboard/service-kit';
import { type FastifyInstance } from 'fastify';
import { openApiDocument } from './document.js';

/** Addresses are relative, so that the page also works behind a proxy that adds a path. */
const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Switchboard ingress</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="docs/swagger-ui.css" />
    <script src="docs/swagger-ui-bundle.js" defer></script>
    <script src="docs/begin.js" defer></script>
  </head>
  <body>
    <div id="swagger-ui"></div>
  </body>
</html>
`;

/** Without a validator's address Swagger UI would show the document to a server on the internet. */
const begin = `SwaggerUIBundle({ url: 'docs-json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null });
`;

/** Serves the document at `/docs-json` and a page for people at `/docs`; all files come from this process. */
export async function serveDocs(server: FastifyInstance, app: NestFastifyApplication): Promise<void> {
  const folder = swaggerUiFolder();
  const asset = async (name: string) => siteFile(`/docs/${name}`, await readFile(join(folder, name)));
  const files = [
    siteFile('/docs', Buffer.from(page), '.html'),
    siteFile('/docs/begin.js', Buffer.from(begin)),
    await asset('swagger-ui.css'),
    await asset('swagger-ui-bundle.js'),
    siteFile('/docs-json', Buffer.from(JSON.stringify(openApiDocument(app))), '.json'),
  ];
  // Swagger UI sets styles on its elements and has its icons in its style sheet.
  serveSite(server, files, { 'style-src': "'self' 'unsafe-inline'", 'img-src': "'self' data:" });
}

/** Swagger UI comes with Nest's Swagger module, wherever npm has put it. */
function swaggerUiFolder(): string {
  const swagger = createRequire(fileURLToPath(import.meta.resolve('@nestjs/swagger')));
  return dirname(swagger.resolve('swagger-ui-dist/package.json'));
}
