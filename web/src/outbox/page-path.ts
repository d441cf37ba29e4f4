import type { Wanted } from './request.ts';

/** What decides where an intent is shown. */
interface HasHome extends Pick<Wanted, 'kind' | 'path'> {
  readonly next?: HasHome | undefined;
}

/** The page that shows this intent itself. */
export function homeOf(intent: HasHome): string {
  if (intent.next !== undefined) return homeOf(intent.next);
  if (intent.kind === 'topUp') return '/wallet';
  const inPages = intent.path.replace(/^\/v1/, '');
  return inPages.replace(intent.kind === 'hold' ? /\/reservations$/ : /\/(payment|refund)$/, '');
}
