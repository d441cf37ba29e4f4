/**
 * Lives through Ctrl-C, which a terminal sends to every process of the command: the benchmark itself ends its
 * processes, once it has noticed that it was interrupted and not that one of them failed.
 */
export function ignoreTerminal(): void {
  for (const name of ['SIGINT', 'SIGHUP']) process.on(name, () => undefined);
}
