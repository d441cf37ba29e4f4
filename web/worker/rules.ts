/** What the service worker answers for, and nothing else. */

export interface Asked {
  readonly method: string;
  readonly mode: string;
  readonly url: string;
}

/** The buyer's pages, below the scope. An operator without a network has nothing to look at. */
const PAGES = /^(?:|tickets(?:\/.*)?|wallet|concerts\/.*|performances\/.*)$/;

/**
 * `page`: a buyer goes to one of the buyer's pages. `asset`: a file of the kept shell, whose name has a hash of its content.
 * Undefined: everything else, the API above all, goes to the network as if there were no worker.
 */
export function kindOf(
  { method, mode, url }: Asked,
  scope: string,
  assets: ReadonlySet<string>,
): 'page' | 'asset' | undefined {
  if (method !== 'GET') return undefined;
  if (assets.has(url)) return 'asset';
  if (mode !== 'navigate' || !url.startsWith(scope)) return undefined;
  return PAGES.test(url.slice(scope.length).split(/[?#]/, 1)[0]!) ? 'page' : undefined;
}
