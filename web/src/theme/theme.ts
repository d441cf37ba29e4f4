/** The theme of the pages: what the reader chose, else the system's. `theme.css` has the colours. */
import { effect, signal } from '@preact/signals';
import { storage } from '../storage/storage.ts';

export type Theme = 'system' | 'light' | 'dark';

const STORED_AS = 'rowlock.theme';

export const theme = signal((storage.getItem(STORED_AS) as Theme | null) ?? 'system');

effect(() => {
  if (theme.value === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme.value;
  storage.setItem(STORED_AS, theme.value);
});
