/**
 * The web pages: the output of `vite build` in `web/dist`, read once at start and served from memory. A
 * request names only a key of a map, so no path can leave the directory; and a rebuild beside a running
 * service does not mix with the pages that it serves.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CATALOGUE_ID_PATTERN } from '../domain/ids.ts';
import type { App } from './app.ts';
import type { AnswerMethod } from './edge/methods.ts';
import type { SignInKind } from './sign-in/config.ts';
import type { PreparedBody } from './answers/prepared.ts';
import { prepareBytes, sendPrepared } from './answers/prepared.ts';
import { sendNoRoute } from './answers/problem.ts';
import type { FactsOf } from './page-facts.ts';
import type { PageFacts } from './page-head.ts';
import { withHead } from './page-head.ts';

/** `web/dist` of the package, both from the sources and from `dist/`. */
export const PAGES_DIR: string = fileURLToPath(new URL('../../web/dist', import.meta.url));

/** Everything comes from this origin, nothing is inline, and no other page may frame these pages. */
const PAGES_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE_HEADERS = {
  'content-security-policy': PAGES_CSP,
  // Isolates these pages from pages that open them or that they open.
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
};

/** Addresses that the pages make for themselves: each gets the one page, whose script reads the address. */
const PAGE_URLS = [
  '/',
  '/concerts/*',
  '/performances/*',
  '/tickets',
  '/tickets/*',
  '/wallet',
  '/operator',
  '/operator/*',
];

/** What the script of a page reads first: the browser can ask for it together with the script. */
const FIRST_READS: Readonly<Record<string, (id: string) => readonly string[]>> = {
  '/': () => ['/v1/concerts'],
  '/concerts/:id': (id) => [`/v1/concerts/${id}`],
  '/performances/:id': (id) =>
    ['', '/seat-map/rows', '/seats'].map((part) => `/v1/performances/${id}${part}`),
};

const catalogueId = new RegExp(CATALOGUE_ID_PATTERN);

/** A Link header (RFC 8288) that names the reads; none for an id that no concert or performance can have. */
function preloadsOf(
  { basePath }: App,
  url: string,
  { id = '' }: { readonly id?: string },
): Readonly<Record<string, string>> {
  const reads = FIRST_READS[url];
  if (reads === undefined || (url.includes(':id') && !catalogueId.test(id))) return {};
  const links = reads(id).map((path) => `<${basePath}${path}>; rel=preload; as=fetch; crossorigin=anonymous`);
  return { link: links.join(', ') };
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

interface PageFile {
  readonly cacheControl: string;
  readonly body: PreparedBody;
}

/** Addresses that are about one concert, and that people send to each other. */
const SHARED_URLS = { concerts: '/concerts/:id', performances: '/performances/:id' } as const;
export interface Pages {
  readonly directory: string;
  /** Whether the service has pages of its API, to which these may link. */
  readonly docs: boolean;
  /** What these offer to sign in. */
  readonly signInKind: SignInKind;
}

/** Tells the page where it is; its assets are relative, and it is the page of addresses of every depth. */
function placed(index: string, basePath: string, { docs, signInKind }: Pages): string {
  return index
    .replaceAll('="./assets/', `="${basePath}/assets/`)
    .replace('name="rowlock-base-path" content=""', `name="rowlock-base-path" content="${basePath}"`)
    .replace('name="rowlock-docs" content="on"', `name="rowlock-docs" content="${docs ? 'on' : 'off'}"`)
    .replace(
      'name="rowlock-sign-in" content="development"',
      `name="rowlock-sign-in" content="${signInKind}"`,
    );
}

/**
 * Serves the pages in the directory. Without any, `/` says so, and the API works. An unknown address is
 * answered with an HTML page for browsers, and a problem document for other clients.
 */
export function servePages(app: App, pages: Pages, answerMethod: AnswerMethod, factsOf: FactsOf): void {
  const files = readPages(pages.directory, (index) => placed(index, app.basePath, pages));
  const index = files.get('/index.html');
  app.setNotFoundHandler((request, reply) => {
    if (answerMethod(request, reply)) return reply;
    return index !== undefined && isPageRead(request) && asksForHtml(request)
      ? sendFile(request, reply.code(404), index)
      : sendNoRoute(reply);
  });
  if (index === undefined) {
    servePage(app, '/', async (_request, reply) => reply.type(TYPES['.txt']!).send(NOT_BUILT));
    return;
  }
  for (const url of PAGE_URLS)
    servePage(app, url, (request, reply) => sendWithReads(app, url, request, reply, index));
  const pageAbout = preparePages(index);
  for (const about of ['concerts', 'performances'] as const) {
    const url = SHARED_URLS[about];
    servePage(app, url, async (request, reply) => {
      const { id } = request.params as { readonly id: string };
      return sendWithReads(app, url, request, reply, pageAbout(await factsOf(about, id)));
    });
  }
  files.delete('/index.html');
  for (const [url, file] of files) servePage(app, url, (request, reply) => sendFile(request, reply, file));
}

/** So many concerts have their page compressed and at hand. */
const PAGES_PREPARED_MAX = 200;

/** The one page with a concert's head; made once for each text. */
function preparePages(index: PageFile): (facts: PageFacts | undefined) => PageFile {
  const html = (index.body.bytes(undefined) as Buffer).toString('utf8');
  const prepared = new Map<string, PageFile>();
  return (facts) => {
    if (facts === undefined) return index;
    const page = withHead(html, facts);
    const known = prepared.get(page) ?? pageFile('/index.html', Buffer.from(page));
    prepared.delete(page);
    prepared.set(page, known);
    if (prepared.size > PAGES_PREPARED_MAX) prepared.delete(prepared.keys().next().value!);
    return known;
  };
}

function isPageRead({ method, url }: FastifyRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && !url.startsWith('/v1/');
}

/** Whether a browser navigates to a page; a script's request does not count. */
export function asksForHtml({ headers }: FastifyRequest): boolean {
  return /\btext\/html\b/.test(headers.accept ?? '');
}

const NOT_BUILT =
  'The pages are not built: run "npm run build" and restart the service. The API works; see /openapi.json.\n';

function servePage(
  app: App,
  url: string,
  handler: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>,
): void {
  app.route({ method: 'GET', url, schema: { hide: true }, config: { access: 'public' }, handler });
}

/** Sends a page, and names what its script reads first. */
function sendWithReads(
  app: App,
  url: string,
  request: FastifyRequest,
  reply: FastifyReply,
  page: PageFile,
): Promise<FastifyReply> {
  return sendFile(
    request,
    reply.headers(preloadsOf(app, url, request.params as { readonly id?: string })),
    page,
  );
}

function sendFile(request: FastifyRequest, reply: FastifyReply, file: PageFile): Promise<FastifyReply> {
  reply.headers({ ...PAGE_HEADERS, 'cache-control': file.cacheControl });
  return sendPrepared(request, reply, file.body);
}

/** Every file below the directory by its URL path; none if there is no directory. */
function readPages(directory: string, placedIndex: (index: string) => string): Map<string, PageFile> {
  let entries;
  try {
    entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw error;
  }
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        const url = `/${relative(directory, path).split(sep).join('/')}`;
        const bytes = readFileSync(path);
        return [
          url,
          pageFile(url, url === '/index.html' ? Buffer.from(placedIndex(bytes.toString())) : bytes),
        ];
      }),
  );
}

function pageFile(url: string, bytes: Buffer): PageFile {
  const type = TYPES[extname(url)] ?? 'application/octet-stream';
  return {
    // An asset's name has a hash of its content, so it never changes.
    cacheControl: url.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    body: prepareBytes(bytes, {
      type,
      codings: type.includes('charset') ? ['br', 'gzip'] : [],
      brotliQuality: BROTLI_QUALITY,
    }),
  };
}

/** The highest, because it runs once, and smaller pages appear sooner on a phone. */
const BROTLI_QUALITY = 11;
