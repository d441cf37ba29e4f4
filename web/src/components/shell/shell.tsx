/** What is around every page of a buyer. */
import type { ComponentChildren, JSX } from 'preact';
import { useLocation } from 'preact-iso';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import { Icon } from '../icon.tsx';
import { askToSignIn, SignInSheet } from '../sign-in.tsx';
import { ConnectionNote } from './connection-note.tsx';
import { Footer } from './footer.tsx';
import { Header, SkipLink } from './header.tsx';
import { Notices } from './notices.tsx';

const TEXTS = {
  pages: { ko: '페이지', en: 'Pages' },
  tickets: { ko: '내 티켓', en: 'My tickets' },
  wallet: { ko: '지갑', en: 'Wallet' },
} satisfies Record<string, Text>;

export function Shell({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return (
    <>
      <SkipLink />
      <Header href="/" name="Rowlock" onSignIn={() => askToSignIn()}>
        <nav class="top-links" aria-label={t(TEXTS.pages)}>
          <TopLink href="/tickets" icon="ticket" words={t(TEXTS.tickets)} />
          <TopLink href="/wallet" icon="wallet" words={t(TEXTS.wallet)} />
        </nav>
      </Header>
      <ConnectionNote />
      <Notices />
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <Footer />
      <SignInSheet />
    </>
  );
}

function TopLink(props: {
  readonly href: string;
  readonly icon: 'ticket' | 'wallet';
  readonly words: string;
}): JSX.Element {
  const { path } = useLocation();
  return (
    <a href={props.href} class="top-link" aria-current={path === props.href ? 'page' : undefined}>
      <Icon name={props.icon} />
      <span>{props.words}</span>
    </a>
  );
}
