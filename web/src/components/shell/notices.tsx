/** What becomes of purchases whose page the reader is not on: "we found out what happened". */
import type { JSX } from 'preact';
import { useLocation } from 'preact-iso';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import type { PendingRequest, RequestKind } from '../../outbox/request.ts';
import { pageOf } from '../../outbox/request.ts';
import type { Purchase } from '../../outbox/state.ts';
import { outbox, purchases } from '../../outbox/state.ts';
import { session } from '../../api/sign-in.ts';
import { Icon } from '../icon.tsx';
import { ProblemNote } from '../problem-note.tsx';
import { UnderWay } from '../under-way.tsx';

const DONE: Readonly<Record<RequestKind, Text>> = {
  hold: { ko: '좌석을 잡았어요.', en: 'Your seats are held.' },
  pay: { ko: '결제가 완료되었어요.', en: 'Your payment went through.' },
  topUp: { ko: '지갑이 충전되었어요.', en: 'Your wallet was topped up.' },
  refund: { ko: '환불이 완료되었어요.', en: 'Your refund went through.' },
  release: { ko: '좌석 선점을 취소했어요.', en: 'Your seats were released.' },
};

const TEXTS = {
  notices: { ko: '진행 중인 요청', en: 'In progress' },
  look: { ko: '보러 가기', en: 'View' },
  close: { ko: '닫기', en: 'Close' },
  others: {
    ko: '다른 계정에서 진행하던 요청이 남아 있어요:',
    en: 'A request from another account is still pending:',
  },
} satisfies Record<string, Text>;

export function Notices(): JSX.Element | null {
  const { path } = useLocation();
  const elsewhere = purchases.value.filter(
    ({ pending }) => pageOf(pending) !== path || pending.accountId !== session.value?.accountId,
  );
  // A top-up that its payment follows has said all when it succeeded.
  const shown = elsewhere.filter(({ pending }) => pending.answer?.ok !== true || pending.next === undefined);
  if (shown.length === 0) return null;
  return (
    <aside class="notices stack-tight" aria-label={t(TEXTS.notices)}>
      {shown.map((purchase) => (
        <Notice key={purchase.pending.key} purchase={purchase} />
      ))}
    </aside>
  );
}

function Notice({ purchase }: { readonly purchase: Purchase }): JSX.Element {
  const { pending } = purchase;
  if (pending.answer === undefined) {
    const isOthers = session.value !== undefined && pending.accountId !== session.value.accountId;
    return (
      <div class="notice card">
        {isOthers && (
          <p class="soft">
            {t(TEXTS.others)} <strong>{pending.accountId}</strong>
          </p>
        )}
        <UnderWay purchase={purchase} isOnItsPage={false} />
      </div>
    );
  }
  return (
    <div class="notice card row between">
      {pending.answer.ok ? (
        <p class="row" role="status">
          <Icon name="check" />
          <strong>{t(DONE[pending.kind])}</strong>
        </p>
      ) : (
        <ProblemNote problem={pending.answer.problem} />
      )}
      <div class="row">
        <a href={placeOf(pending)} class="button-quiet">
          {t(TEXTS.look)}
        </a>
        <button type="button" class="icon-button" onClick={() => outbox.dismiss(pending.key)}>
          <Icon name="close" />
          <span class="visually-hidden">{t(TEXTS.close)}</span>
        </button>
      </div>
    </div>
  );
}

/** Where its result is to be seen: a hold's is the reservation that it made. */
function placeOf(pending: PendingRequest): string {
  if (pending.kind !== 'hold' || pending.answer?.ok !== true) return pageOf(pending);
  return `${pageOf(pending)}/reservations/${(pending.answer.data as { readonly id: string }).id}`;
}
