/**
 * The plain page of a sign-in that did not succeed. It needs no script and no other file: it works when all else fails. Its one
 * style sheet is allowed by its hash.
 */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Failure } from './failures.ts';
import type { Language } from './words.ts';
import { ACTIONS, FAILED } from './words.ts';

const STYLE = `
:root { color-scheme: light dark; --ink: #16191d; --ground: #f7f6f3; --card: #fff; --accent: #0a6259; --on-accent: #fff; --line: #dfdcd5 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f1f2f0; --ground: #111416; --card: #1b1f22; --accent: #62d3c0; --on-accent: #05231f; --line: #2e3438 }
}
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--ground); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, "Apple SD Gothic Neo", "Noto Sans KR", sans-serif; word-break: keep-all; overflow-wrap: anywhere }
main { box-sizing: border-box; width: min(30rem, calc(100vw - 2rem)); padding: 1.75rem; background: var(--card); border: 1px solid var(--line); border-radius: 1rem }
h1 { margin: 0 0 .5rem; font-size: 1.35rem; line-height: 1.35 }
p { margin: 0 0 1.5rem }
a { display: block; padding: .8rem 1rem; border-radius: .7rem; text-align: center; text-decoration: none; color: var(--accent); font-weight: 600 }
a.first { background: var(--accent); color: var(--on-accent) }
a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
`;

const CSP = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** How soon another try makes sense. */
const RETRY_AFTER_SECONDS = 5;

/** Answers with the page, and tells the log why. `returnTo` is a path of this service. */
export function sendFailure(
  request: FastifyRequest,
  reply: FastifyReply,
  { reason, cause }: Failure,
  returnTo: string,
): FastifyReply {
  const { status } = FAILED[reason];
  reply.outcome = 'sign_in_failed';
  reply.refusalCause = `${reason}: ${cause}`;
  reply.code(status).headers({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': CSP,
    'cache-control': 'no-store',
    vary: 'accept-language',
  });
  if (status === 503) reply.header('retry-after', String(RETRY_AFTER_SECONDS));
  return reply.send(pageOf(languageOf(request), reason, returnTo, request.server.basePath));
}

/** The language that the browser likes better. The pages' own choice is known to their script only. */
function languageOf({ headers }: Pick<FastifyRequest, 'headers'>): Language {
  const liked = /(?:^|,)\s*(ko|en)\b/i.exec(headers['accept-language'] ?? '')?.[1]?.toLowerCase();
  return liked === 'ko' ? 'ko' : 'en';
}

function pageOf(language: Language, reason: Failure['reason'], returnTo: string, basePath: string): string {
  const { title, text } = FAILED[reason][language];
  const { again, goOn, back } = ACTIONS[language];
  const signIn = `${basePath}/sign-in?return=${encodeURIComponent(returnTo)}`;
  const links = [
    ...(reason === 'insecure' ? [] : [[signIn, again] as const]),
    [`${basePath}${returnTo}`, reason === 'used' ? back : goOn] as const,
  ];
  if (reason === 'used') links.reverse();
  const anchors = links.map(
    ([href, words], i) => `<a${i === 0 ? ' class="first"' : ''} href="${escaped(href)}">${words}</a>`,
  );
  return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<title>${title} · Rowlock</title><style>${STYLE}</style></head>
<body><main><h1>${title}</h1><p>${text}</p>${anchors.join('')}</main></body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
