/** What every page has: a title in the browser, one heading, and the focus on it when the reader comes. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from './icon.tsx';

export interface HeadingProps {
  readonly title: string;
  readonly below?: ComponentChildren;
  readonly hidden?: boolean;
}

export function Heading({ title, below, hidden }: HeadingProps): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title === '' ? 'Rowlock' : `${title} · Rowlock`;
  }, [title]);
  useEffect(() => {
    // A page that was only loaded leaves the focus where the browser puts it: before the link that skips the top bar.
    if (navigator.userActivation?.hasBeenActive) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <header class={hidden === true ? 'visually-hidden' : 'heading'}>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {below !== undefined && <div class="heading-below">{below}</div>}
    </header>
  );
}

export function BackLink({
  href,
  children,
}: {
  readonly href: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <a href={href} class="back-link">
      <Icon name="back" />
      <span>{children}</span>
    </a>
  );
}

/** Grey shapes where something is being read. */
export function Waiting({ rows = 3 }: { readonly rows?: number }): JSX.Element {
  return (
    <div class="stack" aria-busy="true">
      {Array.from({ length: rows }, (_, row) => (
        <div class="waiting-row" key={row} />
      ))}
    </div>
  );
}

export interface StateNoteProps {
  readonly tone: 'ok' | 'warn' | 'danger' | 'quiet' | 'accent';
  readonly icon: Parameters<typeof Icon>[0]['name'];
  readonly title: string;
  readonly children?: ComponentChildren;
}

/** A state that the reader should see before all else. */
export function StateNote({ tone, icon, title, children }: StateNoteProps): JSX.Element {
  return (
    <section class="state-note" data-tone={tone}>
      <span class="state-note-icon">
        <Icon name={icon} />
      </span>
      <div class="stack-tight fill">
        <h2>{title}</h2>
        {children}
      </div>
    </section>
  );
}
