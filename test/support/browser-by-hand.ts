/** A browser's cookies and redirects, without a browser: it asks an app by injection and other servers over the network. */
import type { FastifyInstance } from 'fastify';

export interface Seen {
  readonly status: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
  readonly text: string;
}

export interface BrowserByHand {
  /** Goes to an address and follows redirects until `until` holds of the next one, or there is none. */
  go(url: string, until?: (next: string) => boolean): Promise<Seen>;
  /** Asks the app as a page of its own does. */
  ask(
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    headers?: Record<string, string>,
    body?: unknown,
  ): Promise<Seen>;
  /** The cookies for a host, by name. */
  cookies(host: string): Map<string, string>;
}

/** `origin` is the app's own. */
export function browserByHand(app: () => FastifyInstance, origin: string): BrowserByHand {
  const jars = new Map<string, Map<string, string>>();
  const jarOf = (host: string): Map<string, string> => {
    const jar = jars.get(host) ?? new Map<string, string>();
    jars.set(host, jar);
    return jar;
  };

  async function send(
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    headers: Record<string, string>,
    body?: unknown,
  ): Promise<Seen> {
    const { host } = new URL(url);
    const jar = jarOf(host);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const sent = { host, accept: 'text/html', ...(cookie !== '' && { cookie }), ...headers };
    const seen =
      new URL(url).origin === origin
        ? await inject(app(), method, url, sent, body)
        : await overNetwork(method, url, sent);
    for (const line of [seen.headers['set-cookie'] ?? []].flat().map(String)) keep(jar, line);
    return seen;
  }

  return {
    go: async (url, until = () => false) => {
      let seen = await send('GET', url, {});
      for (let hop = 0; hop < 20 && seen.status >= 300 && seen.status < 400; hop += 1) {
        const next = new URL(String(seen.headers['location']), seen.url).href;
        if (until(next)) return seen;
        seen = await send('GET', next, {});
      }
      return seen;
    },
    ask: (method, url, headers = {}, body) =>
      send(method, new URL(url, origin).href, { 'sec-fetch-site': 'same-origin', ...headers }, body),
    cookies: (host) => jarOf(host),
  };
}

async function inject(
  app: FastifyInstance,
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  headers: Record<string, string>,
  body: unknown,
): Promise<Seen> {
  const { pathname, search } = new URL(url);
  const response = await app.inject({
    method,
    url: `${pathname}${search}`,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  });
  return { status: response.statusCode, url, headers: response.headers, text: response.payload };
}

async function overNetwork(method: string, url: string, headers: Record<string, string>): Promise<Seen> {
  const { host: _host, ...sent } = headers;
  const response = await fetch(url, { method, headers: sent, redirect: 'manual' });
  const answered = Object.fromEntries(response.headers);
  return {
    status: response.status,
    url,
    headers: { ...answered, 'set-cookie': response.headers.getSetCookie() },
    text: await response.text(),
  };
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(/;\s*/);
  const at = pair.indexOf('=');
  const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
  const isGone = value === '' || attributes.some((each) => /^max-age=0$/i.test(each) || /1970/.test(each));
  if (isGone) jar.delete(name);
  else jar.set(name, value);
}
