/** The files of a performance: its sales for the books, its check-in list for the entrance. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Answer, Problem } from '../../api/client.ts';
import { call } from '../../api/client.ts';
import type { Text } from '../../i18n/language.ts';
import { language, t } from '../../i18n/language.ts';
import { count, countOf } from '../../format/numbers.ts';
import { saveAs } from '../../components/save-as.ts';
import { fileName } from '../../format/file-name.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { may } from '../permissions.ts';
import { checkInListCsv } from './check-in-list.ts';

const TEXTS = {
  sales: { ko: '매출 내역 (CSV)', en: 'Sales (CSV)' },
  checkIn: { ko: '입장 명단 (CSV)', en: 'Check-in list (CSV)' },
  checkInNote: {
    ko: '티켓의 QR 코드에는 환불 여부가 나타나지 않습니다. 입장 직전에 명단을 다시 내려받으세요.',
    en: 'A ticket’s QR code can’t show a refund, so download the list again just before doors open.',
  },
} as const satisfies Record<string, Text>;

/** A large file takes longer than an ordinary answer. */
const TIMEOUT_MS = 120_000;

export function Downloads({ performanceId }: { readonly performanceId: string }): JSX.Element {
  const [problem, setProblem] = useState<Problem>();
  const [saved, setSaved] = useState<string>();
  const [busy, setBusy] = useState(false);
  const admits = may(['rowlock:door', 'rowlock:box-office'], performanceId);
  const options = { params: { performanceId }, timeoutMs: TIMEOUT_MS };
  const download = async <T,>(ask: () => Promise<Answer<T>>, save: (data: T) => string): Promise<void> => {
    setBusy(true);
    setSaved(undefined);
    setProblem(undefined);
    const answer = await ask();
    setBusy(false);
    if (answer.ok) setSaved(save(answer.data));
    else setProblem(answer.problem);
  };
  const sales = (): Promise<void> =>
    download(
      () =>
        call('GET /v1/admin/performances/{performanceId}/sales.csv', {
          ...options,
          query: { language: language.value },
        }),
      (csv) => {
        const name = `${fileName('sales', performanceId)}.csv`;
        saveCsv(name, csv);
        return t({ ko: `${name} 저장함`, en: `Saved ${name}` });
      },
    );
  const checkIn = (): Promise<void> =>
    download(
      () => call('GET /v1/admin/performances/{performanceId}/check-in-list', options),
      (list) => {
        const name = `${fileName('check-in-list', performanceId, list.at.slice(0, 16))}.csv`;
        saveCsv(name, checkInListCsv(list));
        if (list.cancelled) {
          return t({
            ko: `${name} 저장함 · 취소된 공연이라 입장할 사람이 없습니다`,
            en: `Saved ${name} · cancelled: nobody is to be admitted`,
          });
        }
        const tickets = list.tickets.length;
        return t({
          ko: `${name} 저장함 · 유효한 티켓 ${count(tickets)}장`,
          en: `Saved ${name} · ${countOf(tickets, 'valid ticket')}`,
        });
      },
    );
  return (
    <div class="stack">
      <div class="row">
        {may('rowlock:finance', performanceId) && (
          <button type="button" class="button-quiet" disabled={busy} onClick={() => void sales()}>
            <span aria-hidden="true">↓</span> {t(TEXTS.sales)}
          </button>
        )}
        {admits && (
          <button type="button" class="button-quiet" disabled={busy} onClick={() => void checkIn()}>
            <span aria-hidden="true">↓</span> {t(TEXTS.checkIn)}
          </button>
        )}
      </div>
      {admits && <p class="soft small">{t(TEXTS.checkInNote)}</p>}
      <p role="status">{saved}</p>
      {problem !== undefined && <ProblemNote problem={problem} />}
    </div>
  );
}

/** A mark of UTF-8 at the beginning: without it a spreadsheet takes Korean for another encoding. */
function saveCsv(name: string, text: string): void {
  saveAs(name, 'text/csv;charset=utf-8', `\uFEFF${text.replace(/^\uFEFF/, '')}`);
}
