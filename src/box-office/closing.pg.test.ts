/** What a closing box office does for requests in flight. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { tally } from '../../test/conformance/conformance.ts';
import { useDatabase } from '../../test/support/database.ts';
import { BoxOfficeClosed, createBoxOffice } from './box-office.ts';

const database = useDatabase();

it.each(['pessimistic', 'grouped'])(
  'answers every request that came before it closed, with top-ups %s',
  async (topUp) => {
    const boxOffice = await createBoxOffice({
      databaseUrl: database.url,
      strategies: { topUp },
      database: { poolSize: 2 },
    });
    let unanswered = 0;
    const counted = async <T>(answer: Promise<T>): Promise<T> => {
      unanswered += 1;
      return answer.finally(() => (unanswered -= 1));
    };
    const topUps = Array.from({ length: 20 }, (_, i) =>
      counted(
        boxOffice.topUp({
          accountId: `${topUp}-${i}`,
          amount: 1,
          idempotencyKey: randomUUID(),
          createAccount: true,
        }),
      ),
    );
    await boxOffice.close();
    expect(unanswered).toBe(0);
    expect(tally(await Promise.all(topUps))).toEqual({ topped_up: 20 });
  },
);

it('can be closed again', async () => {
  const boxOffice = await createBoxOffice({ databaseUrl: database.url });
  await Promise.all([boxOffice.close(), boxOffice.close()]);
  await boxOffice.close();
  await expect(boxOffice.readWallet('late')).rejects.toThrow(BoxOfficeClosed);
});
