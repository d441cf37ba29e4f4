/**
 * The service that `rowlock bench` measures over HTTP, in a process of its own: the real server and box
 * office. Requests for the performance or the account `nothing` reach, by the same routes, a box office that
 * does nothing: the difference is the cost of the engine.
 */
import { NOTHING } from '../../bench/measure/worker-protocol.ts';
import type { ServiceOptions, ServiceReady } from '../../bench/measure/service-process.ts';
import { ignoreTerminal } from '../../bench/measure/terminal-signals.ts';
import { createBoxOffice } from '../../box-office/box-office.ts';
import type { BoxOffice } from '../../box-office/box-office.ts';
import { createLogger } from '../../http/edge/logger.ts';
import { createServer } from '../../http/server.ts';

process.once('message', (order: ServiceOptions) => void serve(order));
process.on('disconnect', () => process.exit());
ignoreTerminal();

async function serve({ databaseUrl, secret }: ServiceOptions): Promise<void> {
  const boxOffice = await createBoxOffice({
    databaseUrl,
    migrate: false,
    strategies: { topUp: 'grouped', hold: 'grouped', pay: 'grouped' },
  });
  const server = await createServer({
    boxOffice: withNothing(boxOffice),
    auth: { secret },
    logger: createLogger({ level: 'warn' }),
  });
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  const ready: ServiceReady = { port: Number(new URL(address).port) };
  process.send?.(ready);
}

/** Answers with the form and length of the real ones. */
function withNothing(boxOffice: BoxOffice): BoxOffice {
  const reservationId = '6f1c1f0e-6d3a-8c53-9f0e-2d6d8a1b7c44';
  return {
    ...boxOffice,
    hold: (request) => {
      if (request.performanceId !== NOTHING) return boxOffice.hold(request);
      const { performanceId, seats } = request;
      const expiresAt = new Date(Date.now() + 300_000);
      return Promise.resolve({
        outcome: 'held',
        performanceId,
        reservationId,
        seats,
        amount: 1_000,
        expiresAt,
        state: 'held',
      });
    },
    topUp: (request) => {
      if (request.accountId !== NOTHING) return boxOffice.topUp(request);
      const { accountId, amount } = request;
      return Promise.resolve({
        outcome: 'topped_up',
        accountId,
        seq: 12_345,
        amount,
        balanceAfter: 12_345_000,
        createdAt: new Date(),
      });
    },
  };
}
