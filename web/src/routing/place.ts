/** Where the service is: the path prefix that it has behind a proxy, and what it offers there. */

/** Written into the page by the service; a test has no page. */
function told(name: string): string {
  return globalThis.document?.querySelector<HTMLMetaElement>(`meta[name="rowlock-${name}"]`)?.content ?? '';
}

/** `/tickets`, or empty. Paths in these pages are written without it. */
const BASE_PATH = told('base-path');

/** Whether the service shows the pages of its API. */
export const hasDocs: boolean = told('docs') === 'on';

/** How one signs in here: at an issuer, by a name (on the machine of the service), or with tokens, which are for programs. */
export const signInKind: 'oidc' | 'development' | 'token' = kindOf(told('sign-in'));

function kindOf(given: string): 'oidc' | 'development' | 'token' {
  return given === 'oidc' || given === 'token' ? given : 'development';
}

/** The page that is shown, as these pages write its address. */
export function here(): string {
  return `${fromBrowser(location.pathname)}${location.search}${location.hash}`;
}

/** The path as the browser needs it. */
export function toBrowser(path: string, basePath: string = BASE_PATH): string {
  return path.startsWith('/') ? `${basePath}${path}` : path;
}

/** The path as these pages write it. */
export function fromBrowser(path: string, basePath: string = BASE_PATH): string {
  if (path === basePath) return '/';
  return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : path;
}
