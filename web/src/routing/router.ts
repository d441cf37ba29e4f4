/** Where the reader is: the address bar's path, and ways to change it. */
import type { ReadonlySignal } from '@preact/signals';
import { signal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { h } from 'preact';

const current = signal(location.pathname);

export const path: ReadonlySignal<string> = current;

addEventListener('popstate', () => {
  current.value = location.pathname;
});

/** Goes to another page; `replace` leaves no way back to this one. */
export function go(to: string, how: 'push' | 'replace' = 'push'): void {
  if (to === location.pathname) return;
  history[how === 'push' ? 'pushState' : 'replaceState'](null, '', to);
  current.value = to;
  scrollTo(0, 0);
}

export interface LinkProps {
  readonly href: string;
  readonly class?: string;
  readonly children?: ComponentChildren;
  readonly [attribute: string]: unknown;
}

/** A link within the pages; a click with a modifier key is left to the browser. */
export function Link(props: LinkProps): JSX.Element {
  const onClick = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(props.href);
  };
  return h('a', { ...props, onClick });
}

/** The parts of the path at the pattern's `:names`, decoded; undefined when it is another page. */
export function match(pattern: string, where: string): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.split('/');
  const given = where.replace(/\/+$/, '').split('/');
  if (pattern !== '/' && wanted.length !== given.length) return undefined;
  if (pattern === '/') return given.length === 1 ? {} : undefined;
  const found: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index]!;
    if (part.startsWith(':')) {
      const decoded = decode(value);
      if (decoded === undefined) return undefined;
      found[part.slice(1)] = decoded;
    } else if (part !== value) return undefined;
  }
  return found;
}

/** Undefined for a part that no page has made, such as a lone `%`. */
function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
