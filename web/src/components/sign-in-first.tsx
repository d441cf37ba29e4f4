import type { JSX } from 'preact';
import type { Text } from '../i18n/language.ts';
import { t } from '../i18n/language.ts';
import { SignInForm } from './sign-in-sheet.tsx';

const WORDS: Text = {
  ko: '이름 하나면 충분해요. 티켓과 지갑은 그 이름에 담겨요.',
  en: 'A name is all it takes. Your tickets and your wallet belong to it.',
};

/** In the place of a page that shows what is the reader's own. */
export function SignInFirst(): JSX.Element {
  return (
    <div class="card stack sign-in-first">
      <p>{t(WORDS)}</p>
      <SignInForm onDone={() => {}} />
    </div>
  );
}
