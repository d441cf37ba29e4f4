/** The language of the pages: what the reader chose, else the browser's. */
import { effect, signal } from '@preact/signals';
import { storage } from '../storage/storage.ts';

export type Language = 'ko' | 'en';

/** A text in every language of the pages. */
export interface Text {
  readonly ko: string;
  readonly en: string;
}

const STORED_AS = 'rowlock.language';

export const language = signal<Language>(initialLanguage());

effect(() => {
  document.documentElement.lang = language.value;
  storage.setItem(STORED_AS, language.value);
});

function initialLanguage(): Language {
  const stored = storage.getItem(STORED_AS);
  if (stored === 'ko' || stored === 'en') return stored;
  return navigator.language.startsWith('ko') ? 'ko' : 'en';
}

/** The text in the language of the pages; a component that calls it is drawn again when the language changes. */
export function t(text: Text): string {
  return text[language.value];
}

/** A text of the catalogue, which may lack a language. */
export function local(text: Readonly<Record<string, string>> | undefined): string {
  return text?.[language.value] ?? text?.['ko'] ?? text?.['en'] ?? '';
}

/** How `Intl` writes dates and numbers. */
export function locale(): string {
  return t({ ko: 'ko-KR', en: 'en-GB' });
}
