/** A form that makes a concert and a performance, and shows the document before it sends it. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Heading } from '../../components/page.tsx';
import { Note } from '../../components/problem-note.tsx';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import { useResource } from '../../hooks/use-resource.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { guidedCatalogue } from './guided-catalogue.ts';
import { ConcertFields, PerformanceFields, VenueFields } from './guided-fields.tsx';
import type { GuidedDraft } from './guided-draft.ts';
import { conflictsOf, EMPTY_DRAFT, formOf, knownOf } from './guided-draft.ts';
import { ImportOutcomeCard } from './import-outcome.tsx';
import type { ImportOutcome } from './send-catalogue.ts';
import { sendCatalogue } from './send-catalogue.ts';

const TEXTS = {
  title: { ko: '공연 만들기', en: 'New concert' },
  about: {
    ko: '공연 하나와 회차 하나를 만듭니다. 곡선 좌석이나 큰 공연장은 파일로 가져오세요.',
    en: 'Creates one concert with one performance. For curved rows or a large hall, import a file.',
  },
  import: { ko: '파일에서 가져오기', en: 'Import a file' },
  check: { ko: '보낼 내용 확인', en: 'Review' },
  preview: { ko: '이 내용을 보냅니다', en: 'This will be sent' },
  send: { ko: '만들기', en: 'Create' },
  sending: { ko: '만드는 중…', en: 'Creating…' },
  another: { ko: '하나 더 만들기', en: 'Create another' },
  back: { ko: '고치기', en: 'Edit' },
  loading: { ko: '불러오는 중…', en: 'Loading…' },
} as const satisfies Record<string, Text>;

/** Kept while the operator looks at another page. */
const draft = signal<GuidedDraft>(EMPTY_DRAFT);

export function GuidedPage(): JSX.Element {
  const concerts = useResource('GET /v1/admin/concerts');
  const [json, setJson] = useState<string>();
  const [conflicts, setConflicts] = useState<readonly Text[]>([]);
  const form = useRef<HTMLFormElement>(null);
  if (concerts.data === undefined) {
    return (
      <div class="stack-wide">
        <Heading title={t(TEXTS.title)} />
        {concerts.problem === undefined ? (
          <p class="soft">{t(TEXTS.loading)}</p>
        ) : (
          <ProblemNote problem={concerts.problem} />
        )}
      </div>
    );
  }
  const known = knownOf(concerts.data.concerts);
  const change = (part: Partial<GuidedDraft>): void => {
    draft.value = { ...draft.value, ...part };
  };
  const check = (event: Event): void => {
    event.preventDefault();
    const found = conflictsOf(draft.value, known);
    setConflicts(found);
    if (found.length === 0) setJson(JSON.stringify(guidedCatalogue(formOf(draft.value, known)), null, 2));
  };
  const fields = { draft: draft.value, known, change };
  return (
    <div class="stack-wide">
      <Heading title={t(TEXTS.title)} />
      <p class="op-prose">
        {t(TEXTS.about)}{' '}
        <a href="/operator/import" class="link">
          {t(TEXTS.import)} <span aria-hidden="true">→</span>
        </a>
      </p>
      {json === undefined ? (
        <form ref={form} class="stack-wide" onSubmit={check}>
          <ConcertFields {...fields} />
          <VenueFields {...fields} />
          <PerformanceFields {...fields} />
          {conflicts.length > 0 && (
            <Note tone="danger">
              {conflicts.map((conflict) => (
                <p key={conflict.en}>{t(conflict)}</p>
              ))}
            </Note>
          )}
          <div class="row">
            <button class="button">{t(TEXTS.check)}</button>
          </div>
        </form>
      ) : (
        <Preview json={json} onBack={() => setJson(undefined)} onDone={() => (draft.value = EMPTY_DRAFT)} />
      )}
    </div>
  );
}

interface PreviewProps {
  readonly json: string;
  readonly onBack: () => void;
  readonly onDone: () => void;
}

function Preview({ json, onBack, onDone }: PreviewProps): JSX.Element {
  const [outcome, setOutcome] = useState<ImportOutcome>();
  const [busy, setBusy] = useState(false);
  const isDone = outcome?.kind === 'imported';
  const send = async (): Promise<void> => {
    setBusy(true);
    const answer = await sendCatalogue(json);
    setBusy(false);
    setOutcome(answer);
    if (answer.kind === 'imported') onDone();
  };
  return (
    <div class="stack-wide">
      <section class="card stack">
        <h2>{t(TEXTS.preview)}</h2>
        <pre class="code op-json" tabindex={0}>
          {json}
        </pre>
        <div class="row">
          <button type="button" class="button" disabled={busy || isDone} onClick={() => void send()}>
            {t(busy ? TEXTS.sending : TEXTS.send)}
          </button>
          <button type="button" class="button-quiet" disabled={busy} onClick={onBack}>
            {t(isDone ? TEXTS.another : TEXTS.back)}
          </button>
        </div>
      </section>
      <div aria-live="polite">{outcome !== undefined && <ImportOutcomeCard outcome={outcome} />}</div>
    </div>
  );
}
