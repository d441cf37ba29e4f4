import type { NewRequest } from './request.ts';

/** What decides where a request is shown. */
interface HasPage extends Pick<NewRequest, 'kind' | 'path'> {
  readonly next?: HasPage | undefined;
}

/** The page that shows this request itself. */
export function pageOf(pending: HasPage): string {
  if (pending.next !== undefined) return pageOf(pending.next);
  if (pending.kind === 'topUp') return '/wallet';
  const operators = /^\/v1\/admin\/performances\/(.+)\/reservations\/(.+)\/refund$/.exec(pending.path);
  if (operators !== null) return `/operator/reservations/${operators[1]}/${operators[2]}`;
  const inPages = pending.path.replace(/^\/v1/, '');
  return inPages.replace(pending.kind === 'hold' ? /\/reservations$/ : /\/(payment|refund)$/, '');
}
