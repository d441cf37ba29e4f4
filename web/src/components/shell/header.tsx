/** The bar at the top of every page: the brand, links, and the settings. */
import type { ComponentChildren, JSX } from 'preact';
import { useLocation } from 'preact-iso';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import type { SettingsProps } from './settings.tsx';
import { Settings } from './settings.tsx';

const SKIP: Text = { ko: '본문으로 건너뛰기', en: 'Skip to content' };

export interface HeaderProps extends SettingsProps {
  readonly href: string;
  readonly name: string;
  /** The links. */
  readonly children?: ComponentChildren;
}

export function Header({ href, name, children, ...settings }: HeaderProps): JSX.Element {
  const { path } = useLocation();
  return (
    <header class="top-bar">
      <a href={href} class="brand" aria-current={path === href ? 'page' : undefined}>
        <svg viewBox="0 0 32 32" width="30" height="30" aria-hidden="true" focusable="false">
          <rect width="32" height="32" rx="9" fill="var(--accent)" />
          <path
            d="M8 21.5a11 11 0 0 1 16 0M11.5 16.4a7.6 7.6 0 0 1 9 0M16 10.5h.01"
            fill="none"
            stroke="var(--accent-ink)"
            stroke-width="3"
            stroke-linecap="round"
          />
        </svg>
        <span>{name}</span>
      </a>
      {children}
      <Settings {...settings} />
    </header>
  );
}

export function SkipLink(): JSX.Element {
  return (
    <a class="skip-link" href="#content">
      {t(SKIP)}
    </a>
  );
}
