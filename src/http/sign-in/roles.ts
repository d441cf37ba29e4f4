/** Which of an issuer's claims give which scopes: `groups:ticket-admins=rowlock:admin`. */

/** A claim's value, and the scope that it gives. */
export interface Role {
  readonly claim: string;
  readonly value: string;
  readonly scope: string;
}

/** What an issuer says of an account. */
export type IssuerClaims = Readonly<Record<string, unknown>>;

/** The scopes that a session may have. */
const SCOPE = /^rowlock:[a-z-]{1,32}(@[a-z0-9-]{1,64})?$/;

/**
 * Reads a role; undefined where it is none. The claim's name may have colons, as in `https://hall.example/roles:door=…`; its
 * value has none.
 */
export function parseRole(given: string): Role | undefined {
  const [, claim = '', value = '', scope = ''] = /^(.{1,200}):([^:=]{1,200})=([^=]+)$/.exec(given) ?? [];
  return claim !== '' && SCOPE.test(scope) ? { claim, value, scope } : undefined;
}

/** The scopes that these claims give. */
export function scopesOf(claims: IssuerClaims, roles: readonly Role[]): readonly string[] {
  const given = roles.filter(({ claim, value }) => hasValue(claimOf(claims, claim), value));
  return [...new Set(given.map(({ scope }) => scope))];
}

/** The claim of this name; else the one on this path, as in Keycloak's `realm_access.roles`. */
function claimOf(claims: IssuerClaims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name.split('.').reduce<unknown>((within, part) => {
    const isObject = typeof within === 'object' && within !== null && Object.hasOwn(within, part);
    return isObject ? (within as IssuerClaims)[part] : undefined;
  }, claims);
}

function hasValue(claim: unknown, value: string): boolean {
  if (Array.isArray(claim)) return claim.some((each) => each === value);
  return claim === value || (typeof claim === 'boolean' && String(claim) === value);
}
