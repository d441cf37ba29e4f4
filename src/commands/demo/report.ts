/** The report at the end of the demo: sales, outcomes and latencies, in at most 100 columns. */
import Table from 'cli-table3';
import type { Currency } from '../../domain/currency.ts';
import { decimalOf } from '../../domain/currency.ts';
import type { BuyerOutcome } from '../../load/buyer.ts';
import type { CrowdReport } from '../../load/crowd.ts';
import type { LatencySummary } from '../../load/latency-summary.ts';
import type { OperationTally, Tally } from '../../load/tally.ts';
import { SUCCESS } from '../../load/tally.ts';
import { counted } from '../shared/terminal.ts';

const STYLE = { head: [], border: [] };

/** Sales, outcomes and latencies. */
export function formatDemo(
  { outcomes: visits, stormMs }: CrowdReport,
  tally: Tally,
  currency: Currency,
): string {
  const operations = tally.summary();
  return [salesOf(visits, stormMs, currency), outcomesOf(operations), latenciesOf(operations)].join('\n');
}

function salesOf(visits: readonly BuyerOutcome[], stormMs: number, currency: Currency): string {
  const seconds = Math.max(stormMs, 1) / 1_000;
  const bought = visits.filter(({ end }) => end === 'bought');
  const seats = bought.reduce((sum, visit) => sum + visit.seats, 0);
  const paid = bought.reduce((sum, visit) => sum + visit.paid, 0);
  const others = (['refunded', 'released', 'abandoned', 'without ticket', 'unknown'] as const)
    .map((end) => [end, visits.filter((visit) => visit.end === end).length] as const)
    .filter(([, count]) => count > 0)
    .map(([end, count]) => `${count.toLocaleString('en-US')} ${end}`);
  const sold = `Sold ${counted(seats, 'seat')} to ${counted(bought.length, 'buyer')} for ${moneyOf(paid, currency)}`;
  return [
    `${sold} in ${seconds.toFixed(1)} s (${Math.round(seats / seconds).toLocaleString('en-US')} seats/s).`,
    ...(others.length > 0 ? [`Of the other buyers: ${others.join(', ')}.`] : []),
  ].join('\n');
}

/** `12,500.00 EUR`. */
function moneyOf(amount: number, currency: Currency): string {
  const format = new Intl.NumberFormat('en-US', { minimumFractionDigits: currency.minorUnit });
  return `${format.format(decimalOf(amount, currency) as `${number}`)} ${currency.currency}`;
}

function outcomesOf(operations: readonly OperationTally[]): string {
  const table = new Table({
    head: ['', 'succeeded', 'refused or unanswered'],
    colWidths: [10, 11, 75],
    colAligns: ['left', 'right', 'left'],
    wordWrap: true,
    style: STYLE,
  });
  for (const { operation, outcomes } of operations) {
    const succeeded = outcomes.find(([outcome]) => outcome === SUCCESS[operation])?.[1] ?? 0;
    const others = outcomes.filter(([outcome]) => outcome !== SUCCESS[operation]);
    const words = others.map(([outcome, count]) => `${outcome} ${count.toLocaleString('en-US')}`);
    table.push([operation, succeeded.toLocaleString('en-US'), words.join(', ')]);
  }
  return table.toString();
}

function latenciesOf(operations: readonly OperationTally[]): string {
  const table = new Table({
    head: ['ms', 'answers', 'p50', 'p95', 'p99', 'max'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: STYLE,
  });
  for (const { operation, all, winners, losers } of operations) {
    if (all.count > 0) table.push([operation, ...cellsOf(all)]);
    if (operation !== 'hold' || losers.count === 0) continue;
    table.push(['  winners', ...cellsOf(winners)], ['  losers', ...cellsOf(losers)]);
  }
  return table.toString();
}

function cellsOf({ count, p50Ms, p95Ms, p99Ms, maxMs }: LatencySummary): string[] {
  return [count.toLocaleString('en-US'), ...[p50Ms, p95Ms, p99Ms, maxMs].map((ms) => ms.toFixed(1))];
}
