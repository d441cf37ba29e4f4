/** The pages of the OpenAPI document at /docs: Swagger UI's, where it is installed. */
import { PackageMissing, requirePackages } from '../../lib/optional-packages.ts';
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

/** Serves the pages, or one line that says what to install. */
export async function serveDocsPages(app: App): Promise<void> {
  try {
    requirePackages('this page (the document is at /openapi.json)', '@fastify/swagger-ui');
  } catch (error) {
    if (!(error instanceof PackageMissing)) throw error;
    app.get('/docs', { schema: { hide: true }, config: { access: 'public' } }, (_request, reply) =>
      reply.code(404).type('text/plain; charset=utf-8').send(`${error.message}\n`),
    );
    return;
  }
  const { default: swaggerUi } = await import('@fastify/swagger-ui');
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
