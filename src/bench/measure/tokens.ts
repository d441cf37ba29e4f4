import { createHmac } from 'node:crypto';

const HEADER = encoded({ alg: 'HS256', typ: 'JWT' });
const VALID_SECONDS = 3_600;

/** A bearer token of the account, signed with this secret (RFC 7519, HS256). */
export function bearerToken(secret: string, accountId: string, scope: string | undefined): string {
  const payload = encoded({
    sub: accountId,
    exp: Math.floor(Date.now() / 1_000) + VALID_SECONDS,
    ...(scope !== undefined && { scope }),
  });
  const signature = createHmac('sha256', secret).update(`${HEADER}.${payload}`).digest('base64url');
  return `${HEADER}.${payload}.${signature}`;
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
