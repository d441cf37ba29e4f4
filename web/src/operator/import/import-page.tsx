/** Imports a catalogue: a file that is chosen or dropped, or a text that is pasted. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { count } from '../../format/numbers.ts';
import { Heading } from '../../components/page.tsx';
import { Note } from '../../components/problem-note.tsx';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import { hasDocs } from '../../routing/place.ts';
import { textOf } from './catalogue-text.ts';
import { ImportOutcomeCard } from './import-outcome.tsx';
import type { ImportOutcome } from './send-catalogue.ts';
import { sendCatalogue } from './send-catalogue.ts';

const TEXTS = {
  title: { ko: '가져오기', en: 'Import' },
  about: {
    ko: '공연장, 공연, 회차를 담은 JSON 문서 하나를 가져옵니다. 전부 되거나 전혀 되지 않으며, 같은 문서를 다시 가져와도 바뀌는 것이 없습니다.',
    en: 'Imports one JSON file of venues, concerts and performances, all or nothing. Importing the same file again changes nothing.',
  },
  format: { ko: '파일 형식', en: 'File format' },
  guided: { ko: '파일 없이 양식으로 만들기', en: 'Use a form instead' },
  drop: { ko: '파일을 여기에 놓거나', en: 'Drop a file here, or' },
  choose: { ko: '파일 고르기', en: 'choose a file' },
  paste: { ko: '또는 여기에 붙여 넣기', en: 'Or paste it here' },
  submit: { ko: '가져오기', en: 'Import' },
  busy: { ko: '가져오는 중…', en: 'Importing…' },
  large: {
    ko: '파일이 큽니다. 내용은 표시하지 않고 그대로 보냅니다.',
    en: 'The file is large, so it is sent unchanged and not shown here.',
  },
  clear: { ko: '비우기', en: 'Clear' },
} as const satisfies Record<string, Text>;

interface Draft {
  readonly name?: string;
  readonly text: string;
}

/** Kept while the operator looks at another page. */
const draft = signal<Draft>({ text: '' });

/** A text area with more than this makes the page slow. */
const SHOWN_CHARACTERS_MAX = 500_000;

export function ImportPage(): JSX.Element {
  const [outcome, setOutcome] = useState<ImportOutcome>();
  const [busy, setBusy] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const result = useRef<HTMLDivElement>(null);
  const { name, text } = draft.value;
  const isShown = text.length <= SHOWN_CHARACTERS_MAX;
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const taken = textOf(await file.arrayBuffer());
    if (taken !== undefined) draft.value = { name: file.name, text: taken };
    setOutcome(taken === undefined ? { kind: 'not_utf8', name: file.name } : undefined);
  };
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setOutcome(await sendCatalogue(text));
    setBusy(false);
    result.current?.focus();
  };
  return (
    <div class="stack-wide">
      <Heading title={t(TEXTS.title)} />
      <p class="op-prose">{t(TEXTS.about)}</p>
      <p class="row">
        {hasDocs && (
          <a href="/docs" class="link" target="_blank" rel="noreferrer">
            {t(TEXTS.format)} <span aria-hidden="true">↗</span>
          </a>
        )}
        <a href="/operator/create" class="link">
          {t(TEXTS.guided)} <span aria-hidden="true">→</span>
        </a>
      </p>
      <form class="stack-wide" onSubmit={(event) => void submit(event)}>
        <DropZone onFile={(file) => void take(file)} />
        {name !== undefined && (
          <p class="row between">
            <span>
              <strong>{name}</strong>{' '}
              <span class="soft">
                {t({ ko: `${count(text.length)}자`, en: `${count(text.length)} characters` })}
              </span>
            </span>
            <button type="button" class="button-quiet" onClick={() => (draft.value = { text: '' })}>
              {t(TEXTS.clear)}
            </button>
          </p>
        )}
        {isShown ? (
          <label class="field">
            {t(TEXTS.paste)}
            <textarea
              ref={area}
              class="code op-json"
              rows={14}
              spellcheck={false}
              value={text}
              onInput={(event) => (draft.value = { text: event.currentTarget.value })}
            />
          </label>
        ) : (
          <Note tone="quiet">{t(TEXTS.large)}</Note>
        )}
        <div class="row">
          <button class="button" disabled={busy || text.trim() === ''}>
            {t(busy ? TEXTS.busy : TEXTS.submit)}
          </button>
        </div>
      </form>
      <div ref={result} tabindex={-1} aria-live="polite">
        {outcome !== undefined && (
          <ImportOutcomeCard
            outcome={outcome}
            {...(isShown && { onLine: (line: number) => showLine(area.current, line) })}
          />
        )}
      </div>
    </div>
  );
}

function DropZone({ onFile }: { readonly onFile: (file: File | undefined) => void }): JSX.Element {
  const [over, setOver] = useState(false);
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    onFile(event.dataTransfer?.files[0]);
  };
  const onDragOver = (event: DragEvent): void => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <div
      class="op-drop row"
      data-over={over ? 'yes' : undefined}
      onDragOver={onDragOver}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <span>{t(TEXTS.drop)}</span>
      <label class="button-quiet">
        {t(TEXTS.choose)}
        <input
          type="file"
          class="visually-hidden"
          accept=".json,application/json"
          onChange={(event) => {
            onFile(event.currentTarget.files?.[0]);
            // The same file, mended, is to be taken again.
            event.currentTarget.value = '';
          }}
        />
      </label>
    </div>
  );
}

/** Selects the line and brings it into view. */
function showLine(area: HTMLTextAreaElement | null, line: number): void {
  if (area === null) return;
  const before = area.value.split('\n').slice(0, line - 1);
  const start = before.join('\n').length + (line > 1 ? 1 : 0);
  const end = area.value.indexOf('\n', start);
  area.focus();
  area.setSelectionRange(start, end === -1 ? area.value.length : end);
  const heightPx = area.scrollHeight / Math.max(1, area.value.split('\n').length);
  area.scrollTop = Math.max(0, (line - 4) * heightPx);
}
