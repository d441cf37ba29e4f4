/** Says that a list lacks what a server has that is away. */
import type { JSX } from 'preact';
import type { Text } from '../i18n/language.ts';
import { t } from '../i18n/language.ts';
import { Note } from './problem-note.tsx';

const TEXTS = {
  forBuyers: {
    ko: '일부 공연은 지금 불러올 수 없어요. 잠시 뒤에 다시 열어 보세요. 예매와 티켓은 그대로예요.',
    en: 'Some performances can’t be shown right now. Please come back in a moment; holds and tickets stay as they are.',
  },
  forOperators: {
    ko: '응답하지 않는 서버가 있어 그 서버의 내용이 빠져 있습니다.',
    en: 'What is on servers that do not answer is missing.',
  },
} satisfies Record<string, Text>;

export interface AwayNoteProps {
  /** The names of the servers; nothing is shown without any. */
  readonly away: readonly string[] | undefined;
  /** Names them. */
  readonly forOperators?: boolean;
}

export function AwayNote({ away = [], forOperators = false }: AwayNoteProps): JSX.Element | null {
  if (away.length === 0) return null;
  return (
    <Note tone="warn" icon="clock" outcome="away">
      <p>{t(forOperators ? TEXTS.forOperators : TEXTS.forBuyers)}</p>
      {forOperators && <p>{away.join(', ')}</p>}
    </Note>
  );
}

/** The servers that any of the pages of a list lacked. */
export function awayIn(pages: readonly { readonly away?: readonly string[] }[] = []): readonly string[] {
  return [...new Set(pages.flatMap(({ away = [] }) => away))];
}
