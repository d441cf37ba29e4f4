/** What operators do, in words. */
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';

const WORDS: Readonly<Record<string, Text>> = {
  catalogue_imported: { ko: '카탈로그 가져오기', en: 'Catalogue imported' },
  concert_hidden: { ko: '공연 숨김', en: 'Concert hidden' },
  concert_listed: { ko: '공연 다시 표시', en: 'Concert listed again' },
  sale_opened: { ko: '판매 시작', en: 'Sales opened' },
  sale_paused: { ko: '판매 일시 중지', en: 'Sales paused' },
  sale_closed: { ko: '판매 종료', en: 'Sales closed' },
  performance_cancelled: { ko: '회차 취소', en: 'Performance cancelled' },
  reservation_refunded: { ko: '환불', en: 'Refunded' },
  hold_released: { ko: '선점 취소', en: 'Hold released' },
  top_up_reversed: { ko: '충전 되돌림', en: 'Top-up reversed' },
  account_blocked: { ko: '계정 차단', en: 'Account blocked' },
  account_unblocked: { ko: '계정 차단 해제', en: 'Account unblocked' },
  profile_erased: { ko: '이름·이메일 삭제', en: 'Name and e-mail erased' },
  sessions_ended: { ko: '모든 기기에서 로그아웃시킴', en: 'Signed out everywhere' },
};

/** The action in words; the service's own name for one that these pages do not know. */
export function actionWords(action: string): string {
  const words = WORDS[action];
  return words === undefined ? action : t(words);
}
