import type { JSX } from 'preact';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import { hasDocs } from '../../routing/place.ts';

const TEXTS = {
  tagline: { ko: '모든 좌석은 정확히 한 번만 팔려요.', en: 'Every seat is sold exactly once.' },
  links: { ko: '더 보기', en: 'More' },
  operator: { ko: '운영자 화면', en: 'Operator console' },
  api: { ko: 'API 문서', en: 'API documentation' },
} satisfies Record<string, Text>;

export function Footer(): JSX.Element {
  return (
    <footer class="footer row between small">
      <p>{t(TEXTS.tagline)}</p>
      <nav class="row" aria-label={t(TEXTS.links)}>
        <a href="/operator">{t(TEXTS.operator)}</a>
        {hasDocs && <a href="/docs">{t(TEXTS.api)}</a>}
      </nav>
    </footer>
  );
}
