/** What an operator ends: a part of a reservation, a hold, a concert's place on the list, a performance. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { endRowlockProcesses } from '../support/rowlock-process.ts';
import { catalogueOf, PRICES } from './halls.ts';
import { describeInBrowser, useBrowser } from './use-browser.ts';
import { useService } from './use-service.ts';

endRowlockProcesses();

const asOperator = { screen: 'desktop', as: 'operator', role: 'admin' } as const;

describeInBrowser('the operator', () => {
  const service = useService(catalogueOf({ part: {}, single: {}, hold: {}, listed: {}, cancelled: {} }));
  const visitors = useBrowser(service);

  const balanceOf = async (account: string): Promise<number> => {
    const [wallet] = await service.sql<{ balance: string }>(
      'select w.balance from wallet as w where w.account_id = $1',
      [account],
    );
    return Number(wallet?.balance);
  };
  const ticketsOf = (page: Page) => page.locator('.ticket-strip .ticket-seat');

  it('refunds the seats that are ticked, for the amount that the question says, and later the rest', async () => {
    const { id } = await service.buy('anna', 'part', ['A-1-1', 'A-1-2', 'B-1-1']);
    // A price that changes after the sale changes no refund.
    await service.sql(`update seat set list_price = list_price + 1000 where performance_id = 'part'`);
    const page = await visitors.visit(`/operator/reservations/part/${id}`, asOperator);
    const card = page.locator('.op-reservation');
    const refund = card.getByRole('button', { name: 'Refund', exact: true });
    await refund.click();
    const question = page.getByRole('dialog');
    await question.getByRole('heading', { name: 'Refund ₩410,000' }).waitFor();
    const seats = question.getByRole('group', { name: 'Seats to refund' }).getByRole('checkbox');
    expect(await seats.evaluateAll((boxes) => boxes.map((box) => box.matches(':checked')))).toEqual([
      true,
      true,
      true,
    ]);
    expect(await question.locator('label').allInnerTexts()).toEqual([
      expect.stringMatching(/^Stalls A, row.1, seat.1\s+₩150,000$/),
      expect.stringMatching(/^Stalls A, row.1, seat.2\s+₩150,000$/),
      expect.stringMatching(/^Stalls B, row.1, seat.1\s+₩110,000$/),
    ]);
    const deed = question.getByRole('button', { name: 'Refund', exact: true });
    for (const box of await seats.all()) await box.uncheck();
    await question.getByRole('heading', { name: 'Refund ₩0' }).waitFor();
    expect(await deed.isDisabled()).toBe(true);
    await question.getByLabel('Stalls A, row 1, seat 2').check();
    await question.getByRole('heading', { name: 'Refund ₩150,000' }).waitFor();
    await deed.click();
    await question.waitFor({ state: 'detached' });
    await card.getByRole('heading', { name: 'Stalls A, row 1, seat 1; Stalls B, row 1, seat 1' }).waitFor();
    await card.getByText('Refunded seats').waitFor();
    expect(await card.locator('dd').filter({ hasText: 'Stalls A, row 1, seat 2' }).count()).toBe(1);
    await card.getByText('Confirmed', { exact: true }).waitFor();
    expect(await balanceOf('anna')).toBe(PRICES.R);

    const buyer = await visitors.visit(`/performances/part/reservations/${id}`, { as: 'anna' });
    await buyer.getByText('Refunded seats: Stalls A, row 1, seat 2').waitFor();
    await buyer.locator('svg.qr').nth(1).waitFor();
    expect(await ticketsOf(buyer).allInnerTexts()).toEqual([
      expect.stringMatching(/^Stalls A\s+Row.1, seat.1$/),
      expect.stringMatching(/^Stalls B\s+Row.1, seat.1$/),
    ]);

    await refund.click();
    await question.getByRole('heading', { name: 'Refund ₩260,000' }).waitFor();
    expect(await seats.count()).toBe(2);
    await question.getByRole('button', { name: 'Refund', exact: true }).click();
    await card.getByText('Refunded', { exact: true }).waitFor();
    expect(await balanceOf('anna')).toBe(2 * PRICES.R + PRICES.S);
    await buyer.reload();
    await buyer.getByRole('heading', { name: 'Refunded' }).waitFor();
    expect(await ticketsOf(buyer).count()).toBe(0);
  });

  it('has nothing to choose where one seat is left, and changes nothing on "Cancel"', async () => {
    const { id } = await service.buy('ben', 'single', ['A-1-1']);
    const page = await visitors.visit(`/operator/reservations/single/${id}`, asOperator);
    const refund = page.locator('.op-reservation').getByRole('button', { name: 'Refund', exact: true });
    await refund.click();
    const question = page.getByRole('dialog', { name: 'Refund ₩150,000' });
    await question.waitFor();
    expect(await question.getByRole('checkbox').isDisabled()).toBe(true);
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
    expect(await refund.isEnabled()).toBe(true);
    expect(await balanceOf('ben')).toBe(0);
  });

  it("releases a buyer's hold, whose page then says so and whose seats are free", async () => {
    const { id } = await service.hold('cleo', 'hold', ['A-1-1', 'A-1-2']);
    const buyer = await visitors.visit(`/performances/hold/reservations/${id}`, { as: 'cleo' });
    await buyer.getByRole('heading', { name: 'Checkout' }).waitFor();
    const page = await visitors.visit(`/operator/reservations/hold/${id}`, asOperator);
    const card = page.locator('.op-reservation');
    const release = card.getByRole('button', { name: 'Release' });
    await release.click();
    const question = page.getByRole('dialog', { name: 'Release this hold?' });
    await question.getByText('Stalls A, row 1, seats 1 and 2').waitFor();
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
    await release.click();
    await question.getByRole('button', { name: 'Release' }).click();
    await card.getByText('Released', { exact: true }).waitFor();
    expect(await release.count()).toBe(0);
    await buyer.reload();
    await buyer.getByRole('heading', { name: 'Seats released' }).waitFor();
    await page.goto('/operator/accounts/cleo');
    await page.getByText('Released and expired holds aren’t listed.').waitFor();
    await service.hold('dora', 'hold', ['A-1-1', 'A-1-2']);
  });

  it('hides a concert from the list and lists it again; its address and its tickets go on', async () => {
    await service.buy('emil', 'listed', ['A-1-1']);
    const page = await visitors.visit('/operator/performances/listed', asOperator);
    const buyer = await visitors.visit('/', { as: 'emil' });
    const poster = buyer.locator('.poster-card');
    await poster.waitFor();
    await page.getByRole('button', { name: 'Hide concert' }).click();
    await page.getByText('Hidden', { exact: true }).waitFor();
    await buyer.reload();
    await buyer.getByText('No concerts').first().waitFor();
    expect(await poster.count()).toBe(0);
    await buyer.goto('/tickets');
    await buyer.getByRole('link', { name: /The End of Winter/ }).tap();
    await buyer.locator('svg.qr').waitFor();
    await buyer.goto('/performances/listed');
    await buyer.locator('.grade-button').first().waitFor();
    await page.goto('/operator');
    await page.locator('.op-performance').first().getByText('Hidden', { exact: true }).waitFor();
    await page.goto('/operator/performances/listed');
    await page.getByRole('button', { name: 'List concert again' }).click();
    await page.getByRole('button', { name: 'Hide concert' }).waitFor();
    await buyer.goto('/');
    await poster.waitFor();
  });

  it('cancels a performance after its ID was typed, and everybody is refunded', async () => {
    const paid = await service.buy('fred', 'cancelled', ['A-1-1', 'A-1-2']);
    const stuck = await service.buy('gina', 'cancelled', ['B-1-1']);
    await service.hold('hugo', 'cancelled', ['B-2-1']);
    const map = await visitors.visit('/performances/cancelled', { as: 'visitor' });
    await map.locator('.grade-button').first().waitFor();
    const ticket = await visitors.visit(`/performances/cancelled/reservations/${stuck.id}`, { as: 'gina' });
    await ticket.locator('svg.qr').waitFor();

    const page = await visitors.visit('/operator/performances/cancelled', asOperator);
    const open = page.getByRole('button', { name: 'Cancel this performance…' });
    await open.click();
    const question = page.getByRole('dialog', { name: 'Cancel performance' });
    const typed = question.getByRole('textbox', { name: /type the performance’s ID: cancelled/ });
    const deed = question.getByRole('button', { name: 'Cancel performance' });
    expect(await deed.isDisabled()).toBe(true);
    await typed.fill('part');
    expect(await deed.isDisabled()).toBe(true);
    // Neither does Enter send another performance's ID.
    await typed.press('Enter');
    await question.getByRole('button', { name: 'Go back' }).click();
    await question.waitFor({ state: 'detached' });
    expect(await saleOf('cancelled')).toBe('open');

    // Another transaction has the wallet, so that its refund fails and is tried again.
    await service.sql('begin');
    try {
      await service.sql(`select 1 from wallet where account_id = 'gina' for update`);
      await open.click();
      await typed.fill('cancelled');
      await deed.click();
      const status = page.locator('[data-cancellation="under_way"]');
      await status.getByText('1 of 2 reservations refunded').waitFor();
      await status.getByText('Refunds are under way. They go on if you leave this page.').waitFor();
      const bar = status.getByRole('progressbar', { name: '1 of 2 reservations refunded' });
      expect(await bar.evaluate((shown) => [shown.getAttribute('max'), shown.getAttribute('value')])).toEqual(
        ['2', '1'],
      );
      await map.getByRole('heading', { name: 'This performance is cancelled' }).waitFor();
      await ticket.reload();
      await ticket.getByRole('heading', { name: 'This performance is cancelled' }).waitFor();
      await ticket.getByText('on its way back to your wallet').waitFor();
      expect(await ticketsOf(ticket).count()).toBe(0);
      await status.getByText('Not refunded yet').waitFor();
      await status.getByRole('link', { name: stuck.id }).waitFor();
    } finally {
      await service.sql('rollback');
    }
    await page.getByRole('button', { name: 'Try again now' }).click();
    await page.getByText('Everybody is refunded.').waitFor();
    await page.locator('[data-cancellation="done"]').getByText('2 of 2 reservations refunded').waitFor();
    expect(await page.getByText('Not refunded yet').count()).toBe(0);
    expect(await page.getByRole('button', { name: /^(Pause|Close|Resume|Reopen)/ }).count()).toBe(0);
    // The open page of the ticket learns it by itself.
    await ticket.getByRole('heading', { name: 'Refunded' }).waitFor();
    await ticket.getByText('₩110,000 is back in your wallet.').waitFor();
    await ticket.goto('/tickets');
    await ticket.locator('.ticket-row').getByText('Cancelled', { exact: true }).waitFor();
    expect(await balanceOf('fred')).toBe(paid.amount);
    expect(await balanceOf('gina')).toBe(stuck.amount);
    const taken = await service.sql(
      `select s.seat_number from seat as s where s.performance_id = 'cancelled' and s.state <> 'free'`,
    );
    expect(taken).toEqual([]);
  });

  async function saleOf(performanceId: string): Promise<string> {
    const path = `/v1/performances/${performanceId}`;
    return (await service.ask<{ sale: string }>({ method: 'GET', path })).sale;
  }
});
