import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';

const MORE = { ko: '더 보기', en: 'Show more' };

/** Below a list that has more than it shows. */
export function MoreButton({ onMore }: { readonly onMore: () => void }): JSX.Element {
  return (
    <button type="button" class="button-quiet button-wide" onClick={onMore}>
      {t(MORE)}
    </button>
  );
}
