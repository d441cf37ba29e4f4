/** The router behind a path prefix: links and paths of these pages are written without it. */
import type { ComponentChildren, JSX, VNode } from 'preact';
import { options } from 'preact';
import { LocationProvider, useLocation } from 'preact-iso';
import { fromBrowser, toBrowser } from './place.ts';

/** Links that these pages follow themselves; the service has pages, too. */
const OWN_LINKS = new RegExp(`^${toBrowser('/')}(?!docs)`);

// One place for every link: a link that is written without the prefix would lead out of the service.
const before = options.vnode?.bind(options);
options.vnode = (vnode: VNode) => {
  const { type, props } = vnode as { readonly type: unknown; readonly props: { href?: unknown } };
  if (type === 'a' && typeof props.href === 'string') props.href = toBrowser(props.href);
  before?.(vnode);
};

export function BasedLocation({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return (
    <LocationProvider scope={OWN_LINKS}>
      <WithoutPrefix>{children}</WithoutPrefix>
    </LocationProvider>
  );
}

function WithoutPrefix({ children }: { readonly children: ComponentChildren }): JSX.Element {
  const location = useLocation();
  const value = {
    ...location,
    url: fromBrowser(location.url),
    path: fromBrowser(location.path),
    route: (url: string, replace?: boolean) => location.route(toBrowser(url), replace),
  };
  return <LocationProvider.ctx.Provider value={value}>{children}</LocationProvider.ctx.Provider>;
}
