/**
 * Opens the buyer's pages without a network. A browser gets this worker with its first paid ticket.
 *
 * It keeps one shell: a page of this build and the files that the page names. Pages come from the network first; the kept
 * shell is used when no answer comes, so a deploy is seen at the next load. All files of a shell are of one build, in a
 * cache of that build, and a new worker waits until no tab is under the old one: neither build ever gets a file of the
 * other. It never sees the API's answers; the pages keep the tickets themselves (`src/offline/kept-tickets.ts`).
 */
import { kindOf } from './rules.ts';

declare const self: ServiceWorkerGlobalScope;

/** Written by the build: what `index.html` names, below the scope, and a hash of all of it. */
declare const SHELL_FILES: readonly string[];
declare const SHELL_VERSION: string;

const CACHES_BELOW = 'rowlock-shell-';
const CACHE = CACHES_BELOW + SHELL_VERSION;
const SCOPE = self.registration.scope;
const ASSETS: ReadonlySet<string> = new Set(SHELL_FILES.map((file) => new URL(file, SCOPE).href));
/** A page that the service fills with no data of its own. */
const PAGE = new URL('tickets', SCOPE).href;

/** At a full hall's door a network often takes a request and never answers. */
const NETWORK_MS_MAX = 4_000;

self.addEventListener('install', (event) => event.waitUntil(keepShell()));
self.addEventListener('activate', (event) => event.waitUntil(dropOtherShells()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const kind = kindOf(request, SCOPE, ASSETS);
  if (kind === 'page') event.respondWith(page(request));
  if (kind === 'asset') event.respondWith(asset(request));
});

async function keepShell(): Promise<void> {
  try {
    const answer = await fetch(PAGE, { cache: 'no-cache' });
    const text = await answer.clone().text();
    // While a deploy is under way, another server may still answer with the page of another build.
    if (!answer.ok || !SHELL_FILES.every((file) => text.includes(file))) throw new Error('another build');
    const cache = await caches.open(CACHE);
    await cache.addAll([...ASSETS]);
    await cache.put(PAGE, answer);
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

async function dropOtherShells(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(CACHES_BELOW) && name !== CACHE) await caches.delete(name);
  }
}

async function page(request: Request): Promise<Response> {
  const fresh = fetch(request);
  const answer = await Promise.race([fresh.catch(() => undefined), passed(NETWORK_MS_MAX)]);
  if (answer !== undefined && answer.status < 500) return answer;
  return (await kept(PAGE)) ?? fresh;
}

async function asset(request: Request): Promise<Response> {
  return (await kept(request.url)) ?? fetch(request);
}

async function kept(url: string): Promise<Response | undefined> {
  const cache = await caches.open(CACHE);
  return cache.match(url, { ignoreVary: true });
}

function passed(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
}
