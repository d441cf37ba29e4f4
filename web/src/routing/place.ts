/** Where the service is: the path prefix that it has behind a proxy, and what it offers there. */

/** Written into the page by the service; a test has no page. */
function told(name: string): string {
  return globalThis.document?.querySelector<HTMLMetaElement>(`meta[name="rowlock-${name}"]`)?.content ?? '';
}

/** `/tickets`, or empty. Paths in these pages are written without it. */
const BASE_PATH = told('base-path');

/** Whether the service shows the pages of its API. */
export const hasDocs: boolean = told('docs') === 'on';

/** The path as the browser needs it. */
export function toBrowser(path: string, basePath: string = BASE_PATH): string {
  return path.startsWith('/') ? `${basePath}${path}` : path;
}

/** The path as these pages write it. */
export function fromBrowser(path: string, basePath: string = BASE_PATH): string {
  if (path === basePath) return '/';
  return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : path;
}
