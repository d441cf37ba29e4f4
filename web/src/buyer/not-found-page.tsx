import type { JSX } from 'preact';
import { Heading, StateNote } from '../components/page.tsx';
import type { Text } from '../i18n/language.ts';
import { t } from '../i18n/language.ts';

const TEXTS = {
  title: { ko: '이 페이지는 없어요', en: 'Page not found' },
  words: {
    ko: '주소를 다시 확인하거나 공연 목록에서 찾아보세요.',
    en: 'Check the address, or start from the concerts.',
  },
  home: { ko: '공연 보기', en: 'See concerts' },
} satisfies Record<string, Text>;

export function NotFoundPage(): JSX.Element {
  return (
    <div class="page page-narrow">
      <Heading title={t(TEXTS.title)} hidden />
      <StateNote tone="quiet" icon="ticket" title={t(TEXTS.title)}>
        <p>{t(TEXTS.words)}</p>
        <a href="/" class="button">
          {t(TEXTS.home)}
        </a>
      </StateNote>
    </div>
  );
}
