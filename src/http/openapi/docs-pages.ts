/** Swagger UI at /docs. */
import swaggerUi from '@fastify/swagger-ui';
import type { App } from '../app.ts';

/** The pages load nothing from elsewhere; Swagger UI sets style attributes and draws its icons from data URLs. */
const DOCS_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export async function serveDocsPages(app: App): Promise<void> {
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    indexPrefix: app.basePath,
    staticCSP: DOCS_CSP,
    theme: { title: 'Rowlock API' },
    // These pages read the document at `docs/json`, one level below `openapi.json`.
    transformSpecification: (document) => ({ ...document, servers: [{ url: '..' }] }),
    transformSpecificationClone: false,
    uiConfig: {
      layout: 'BaseLayout',
      docExpansion: 'list',
      tryItOutEnabled: true,
      persistAuthorization: false,
    },
  });
}
