/**
 * A real OpenID provider (npm's oidc-provider) on loopback, whose people a test chooses and whose answers it may spoil. It asks
 * a browser for a name; where the test has named somebody, that person signs in without being asked.
 */
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type Provider from 'oidc-provider';

export const CLIENT = { id: 'rowlock', secret: 'the secret of a client' } as const;

/** What the provider says of a person, beside the subject. */
export type PersonClaims = Readonly<Record<string, unknown>>;

export interface OidcIssuer {
  readonly url: string;
  /** The subject that signs in without being asked; undefined lets the browser ask. */
  person: string | undefined;
  /** What is known of people, by their subjects. */
  readonly people: Map<string, PersonClaims>;
  /** Changes the ID token's claims on their way. */
  alterClaims: ((claims: Record<string, unknown>) => Record<string, unknown>) | undefined;
  /** Answers a path that begins so with this status instead. */
  fail: { readonly path: string; readonly status: number } | undefined;
  /** The requests that have come, as `GET /path`. */
  readonly requests: readonly string[];
  /** Ends every connection and takes no other. */
  stop(): Promise<void>;
  /** Is there again, on the same port. */
  restart(): Promise<void>;
}

/** Starts the provider for a service whose origins these are; call `stop` at the end. */
export async function startOidcIssuer(origins: () => readonly string[]): Promise<OidcIssuer> {
  const requests: string[] = [];
  let server: Server;
  let port = 0;
  let provider: Provider;

  const issuer = {
    person: undefined as string | undefined,
    people: new Map<string, PersonClaims>(),
    alterClaims: undefined as OidcIssuer['alterClaims'],
    fail: undefined as OidcIssuer['fail'],
    requests,
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    stop: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
    restart: async () => {
      if (!server.listening) await listen();
    },
  };

  async function answer(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    requests.push(`${request.method} ${path.split('?')[0]}`);
    if (issuer.fail !== undefined && path.startsWith(issuer.fail.path)) {
      reply.writeHead(issuer.fail.status).end();
    } else if (path.startsWith('/interaction/')) {
      await interact(provider, issuer.person, request, reply);
    } else {
      if (path === '/token' && issuer.alterClaims !== undefined) spoil(reply, issuer.alterClaims);
      await provider.callback()(request, reply);
    }
  }

  async function listen(): Promise<void> {
    server = createServer((request, reply) => void answer(request, reply));
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  }

  await listen();
  provider = await openProvider(issuer.url, issuer.people, origins);
  return issuer;
}

async function openProvider(
  url: string,
  people: ReadonlyMap<string, PersonClaims>,
  origins: () => readonly string[],
): Promise<Provider> {
  const { default: OidcProvider } = await quietly(() => import('oidc-provider'));
  return quietly(async () => {
    const provider = new OidcProvider(url, {
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          redirect_uris: ['http://localhost/sign-in/callback'],
          post_logout_redirect_uris: ['http://localhost/'],
        },
      ],
      claims: { openid: ['sub', 'groups'], profile: ['name'], email: ['email'] },
      findAccount: (_context, sub) => ({
        accountId: sub,
        claims: () => ({ sub, ...people.get(sub) }),
      }),
      features: {
        devInteractions: { enabled: false },
        rpInitiatedLogout: {
          logoutSource: (context, form) => {
            context.body = `<!doctype html><title>Sign out</title>${form}<button form="op.logoutForm" name="logout" value="yes">Sign out there, too</button>`;
          },
        },
      },
      interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
      cookies: { keys: ['a key of the tests'] },
      pkce: { required: () => true },
      ttl: { Session: 3_600, Interaction: 600, Grant: 3_600, IdToken: 3_600, AccessToken: 3_600 },
    });
    // The service's port is known only when it listens.
    const clientOf = provider.Client.prototype as unknown as Record<string, unknown>;
    clientOf['redirectUriAllowed'] = (uri: string) =>
      origins().some((origin) => uri === `${origin}/sign-in/callback`);
    clientOf['postLogoutRedirectUriAllowed'] = (uri: string) =>
      origins().some((origin) => uri === `${origin}/`);
    return provider;
  });
}

/** Signs the person in, or asks the browser who it is. */
async function interact(
  provider: Provider,
  person: string | undefined,
  request: IncomingMessage,
  reply: ServerResponse,
): Promise<void> {
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, reply);
  if (prompt.name === 'consent') {
    const grant =
      grantId === undefined
        ? new provider.Grant({ accountId: session!.accountId, clientId: String(params['client_id']) })
        : await provider.Grant.find(grantId);
    grant!.addOIDCScope(String(params['scope']));
    await provider.interactionFinished(request, reply, { consent: { grantId: await grant!.save() } });
    return;
  }
  const sent = request.method === 'POST' ? new URLSearchParams(await text(request)) : undefined;
  const result = resultOf(sent, person);
  if (result !== undefined) return provider.interactionFinished(request, reply, result);
  reply.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(ASKING);
}

function resultOf(
  sent: URLSearchParams | undefined,
  person: string | undefined,
): Parameters<Provider['interactionFinished']>[2] | undefined {
  if (sent?.has('cancel') === true) return { error: 'access_denied', error_description: 'cancelled' };
  const accountId = sent?.get('name') ?? person;
  return accountId === undefined || accountId === '' ? undefined : { login: { accountId } };
}

const ASKING = `<!doctype html><title>The issuer</title><form method="post">
<label>Who are you? <input name="name"></label><button>That is me</button><button name="cancel" value="1">Cancel</button></form>`;

/** Rewrites the ID token of an answer. Its signature does not fit any more, which TLS makes up for elsewhere. */
function spoil(reply: ServerResponse, alter: NonNullable<OidcIssuer['alterClaims']>): void {
  const end = reply.end.bind(reply);
  reply.end = ((body?: unknown) => {
    const answered = JSON.parse(String(body)) as Record<string, unknown>;
    if (typeof answered['id_token'] !== 'string') return end(body as string);
    const [header, payload, signature] = answered['id_token'].split('.');
    const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString()) as Record<string, unknown>;
    const altered = Buffer.from(JSON.stringify(alter(claims))).toString('base64url');
    const whole = JSON.stringify({ ...answered, id_token: `${header}.${altered}.${signature}` });
    reply.setHeader('content-length', Buffer.byteLength(whole));
    return end(whole);
  }) as typeof reply.end;
}

/** The provider warns of Node 20 and of what is fine in tests. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const { warn, info } = console;
  Object.assign(console, { warn: () => undefined, info: () => undefined });
  try {
    return await work();
  } finally {
    Object.assign(console, { warn, info });
  }
}
