/** The plots of each claim. */
import type { TestedClaim } from '../claims/claims.ts';
import { CONTROL, measuredIn } from '../claims/experiment.ts';
import type { EndedRun, Runs } from '../schedule.ts';
import type { Text } from '../text.ts';
import { meanText } from '../text.ts';
import type { Plot } from './plot.ts';
import { guaranteePlot, sideBySide } from '../claims/c12-guarantee/plot.ts';
import { distributionPlot, soldPlot } from '../claims/c09-c10-nowait/plot.ts';
import { loserPlots } from '../claims/c11-guard-first/plot.ts';
import { keptPlot, poolsPlot, strategiesPlot } from '../claims/c04-c08-pools/plot.ts';
import { costsPlot } from '../claims/c07-retry/plot.ts';
import { crowdsPlot, queues, timeoutsPlot } from '../claims/c05-c06-timeouts/plot.ts';
import { lawPlot, waves } from '../claims/c01-c03-waves/plot.ts';

/** The plots of a claim, from its runs and the attempts of all runs. */
export function plotsOf(claim: TestedClaim, ended: readonly EndedRun[]): readonly Plot[] {
  const own = ended.filter(({ experiment }) => experiment === claim.id);
  return (PLOTS[claim.id]?.(claim.runs, own) ?? []).filter((plot) => plot !== undefined);
}

type Draw = (runs: Runs, ended: readonly EndedRun[]) => readonly (Plot | undefined)[];

const PLOTS: Readonly<Record<string, Draw>> = {
  C1: (_runs, ended) => [waves('c1-waves', ended, 20)],
  C2: (_runs, ended) => [waves('c2-waves', ended, 50)],
  C3: (runs) => [lawPlot(runs)],
  C4: (runs) => [keptPlot(runs)],
  C5: (runs, ended) => [timeoutsPlot(runs), ...queues(ended)],
  C6: (runs) => [crowdsPlot(runs)],
  C7: (runs) => [costsPlot(runs)],
  C8: (runs) => [poolsPlot(runs), strategiesPlot(runs)],
  C9: (runs) => [soldPlot(runs)],
  C10: (_runs, ended) => [distributionPlot(ended)],
  C11: (runs) => loserPlots(runs),
  C12: (runs, ended) => [guaranteePlot(runs), ...sideBySide(ended)],
};

/** What went wrong without a guard. */
export function faultsWithoutGuard(runs: Runs): Text {
  const lost = measuredIn(runs, CONTROL, (run) => run.finalState.lostUpdates);
  const sold = measuredIn(runs, CONTROL, (run) => run.finalState.doubleSales);
  return sold.mean > 0
    ? { en: `${meanText(sold)} double sales`, ko: `이중 판매 ${meanText(sold)}건` }
    : { en: `${meanText(lost)} lost updates`, ko: `사라진 갱신 ${meanText(lost)}건` };
}
