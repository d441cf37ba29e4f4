/** Says that the connection is lost, or that the sign-in has ended. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { session } from '../../api/sign-in.ts';
import { OUTCOME_WORDS } from '../../format/outcome-words.ts';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import { sessionExpired } from '../../session/current-session.ts';
import { Icon } from '../icon.tsx';
import { askToSignIn } from '../sign-in.tsx';

const SIGN_IN_AGAIN: Text = { ko: '다시 로그인', en: 'Sign in again' };

const isOnline = signal(navigator.onLine);
addEventListener('online', () => (isOnline.value = true));
addEventListener('offline', () => (isOnline.value = false));

export function ConnectionNote(): JSX.Element | null {
  if (!isOnline.value) {
    return (
      <p class="bar-note" data-tone="warn" role="status">
        <Icon name="offline" />
        {t(OUTCOME_WORDS.offline)}
      </p>
    );
  }
  const account = session.value;
  if (account === undefined || !sessionExpired.value) return null;
  return (
    <div class="bar-note row" data-tone="warn" role="status">
      <p>{t(OUTCOME_WORDS.unauthenticated)}</p>
      <button type="button" class="button-quiet" onClick={() => askToSignIn({ as: account.accountId })}>
        {t(SIGN_IN_AGAIN)}
      </button>
    </div>
  );
}
