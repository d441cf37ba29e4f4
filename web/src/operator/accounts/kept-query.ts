/**
 * What was looked for, kept with the page's entry in the history: the way back from an account leads to the results again.
 * Not in the address, which browsers and proxies remember: a query is somebody's name.
 */
const KEPT_AS = 'accountQuery';

function stateOf(): Readonly<Record<string, unknown>> {
  return Object(history.state) as Readonly<Record<string, unknown>>;
}

export function keptQuery(): string {
  const kept = stateOf()[KEPT_AS];
  return typeof kept === 'string' ? kept : '';
}

export function keepQuery(query: string): void {
  history.replaceState({ ...stateOf(), [KEPT_AS]: query }, '');
}
