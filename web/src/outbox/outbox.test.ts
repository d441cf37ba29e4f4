/** What a purchase survives: reloads, lost answers, double taps, other tabs and other accounts. */
import { describe, expect, it } from 'vitest';
import type { Answer } from '../api/answer.ts';
import { backoffMs } from '../api/backoff.ts';
import type { Outbox } from './outbox.ts';
import { createOutbox, lockedHere } from './outbox.ts';
import type { RequestStore } from './request-store.ts';
import { openRequestStore } from './request-store.ts';
import type { PendingRequest, NewRequest } from './request.ts';
import { HOLD_WANTED_MS, pageOf } from './request.ts';
import type { Session } from '../session/current-session.ts';
import type { KeptItems } from '../storage/storage.ts';

const PAY: NewRequest = { kind: 'pay', method: 'POST', path: '/v1/performances/p/reservations/r/payment' };
const TOP_UP: NewRequest = {
  kind: 'topUp',
  method: 'POST',
  path: '/v1/wallet/top-ups',
  body: { amount: 300_000 },
};
const TOP_UP_AND_PAY: NewRequest = { ...TOP_UP, next: PAY };
const HOLD: NewRequest = {
  kind: 'hold',
  method: 'POST',
  path: '/v1/performances/p/reservations',
  body: { seats: ['A-1-1'] },
};

const PAID: Answer<unknown> = { ok: true, status: 201, data: { seq: 2 } };

function refusal(outcome: string, retry: 'same' | 'changed' | 'never', more: object = {}): Answer<unknown> {
  return { ok: false, problem: { outcome, status: 400, title: outcome, retry, ...more } };
}

/** A browser: its storage, its tabs' common locks, who is signed in, and what time it is. */
interface Browser {
  readonly storage: KeptItems;
  readonly store: RequestStore;
  readonly locked: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  session: Session | undefined;
  nowMs: number;
  keys: number;
}

/** A request in flight; the test answers it when it likes. */
interface Flight {
  readonly pending: PendingRequest;
  readonly token: string | null;
  /** What the storage had of it when it was sent. */
  readonly storedAtSend: string | null;
  answer(answer: Answer<unknown>): Promise<void>;
}

/** A page of the browser: everything that a reload takes with it. */
interface Page {
  readonly outbox: Outbox;
  readonly flights: readonly Flight[];
  readonly waits: readonly number[];
  /** Lets the time pass that the page waits for. */
  passTime(): Promise<void>;
}

function sessionOf(accountId: string, token: string): Session {
  return { accountId, token, role: 'buyer', isPrivileged: false };
}

function openBrowser(): Browser {
  const items = new Map<string, string>();
  const storage: KeptItems = {
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, value) => void items.set(name, value),
    removeItem: (name) => void items.delete(name),
  };
  const session = sessionOf('alice', 'token-of-alice');
  return { storage, store: openRequestStore(storage), locked: lockedHere(), session, nowMs: 0, keys: 0 };
}

/** Lets everything run that is ready to. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

function openPage(browser: Browser, locked = browser.locked): Page {
  const flights: Flight[] = [];
  const waits: number[] = [];
  let ring: (() => void)[] = [];
  const outbox = createOutbox({
    store: browser.store,
    send: (pending, { token }) =>
      new Promise((resolve) => {
        flights.push({
          pending,
          token,
          storedAtSend: browser.storage.getItem(`rowlock.request.${pending.key}`),
          answer: (answer) => {
            resolve(answer);
            return settled();
          },
        });
      }),
    signedIn: () => browser.session,
    locked,
    wait: (ms, woken) =>
      new Promise((resolve) => {
        waits.push(ms);
        if (woken.aborted) return resolve();
        woken.addEventListener('abort', () => resolve());
        if (Number.isFinite(ms)) ring.push(resolve);
      }),
    nowMs: () => browser.nowMs,
    random: () => 0.5,
    newKey: () => `key-${(browser.keys += 1)}`,
    changed: () => {},
  });
  const passTime = (): Promise<void> => {
    const ringing = ring;
    ring = [];
    for (const one of ringing) one();
    return settled();
  };
  return { outbox, flights, waits, passTime };
}

/** The page goes; what it had in flight is answered to nobody, and its locks are free again. */
function reload(browser: Browser): Page {
  const page = openPage(browser, lockedHere());
  page.outbox.resume();
  return page;
}

async function begun(page: Page, request: NewRequest): Promise<PendingRequest> {
  const pending = await page.outbox.begin(request);
  await settled();
  return pending!;
}

describe('a purchase', () => {
  it('is written down with its key before it is sent', async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    await begun(page, PAY);
    expect(page.flights[0]!.storedAtSend).toContain('"accountId":"alice"');
    expect(page.flights.map(({ pending }) => pending.key)).toEqual(['key-1']);
  });

  it('is not begun while nobody is signed in', async () => {
    const browser = openBrowser();
    browser.session = undefined;
    const page = openPage(browser);
    expect(await page.outbox.begin(PAY)).toBeUndefined();
    expect(browser.store.all()).toEqual([]);
  });

  it('is sent again with the same key after a reload between send and answer', async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    await begun(page, PAY);
    const later = reload(browser);
    await settled();
    expect(later.flights.map(({ pending }) => pending.key)).toEqual([page.flights[0]!.pending.key]);
    await later.flights[0]!.answer(PAID);
    expect(browser.store.read('key-1')?.answer).toEqual(PAID);
  });

  it('is not sent again after a reload when it was answered', async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    await begun(page, PAY);
    await page.flights[0]!.answer(PAID);
    const later = reload(browser);
    await settled();
    expect(later.flights).toEqual([]);
    expect(browser.store.read('key-1')?.answer).toEqual(PAID);
    later.outbox.dismiss('key-1');
    expect(browser.store.all()).toEqual([]);
  });

  it('asks again with the same key when the answer was lost', async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    await begun(page, PAY);
    await page.flights[0]!.answer(refusal('outcome_unknown', 'same'));
    expect(page.outbox.progressOf('key-1')).toEqual({
      phase: 'waiting',
      outcome: 'outcome_unknown',
      attempts: 1,
    });
    await page.passTime();
    expect(page.flights.map(({ pending }) => pending.key)).toEqual(['key-1', 'key-1']);
    await page.flights[1]!.answer(PAID);
    expect(browser.store.read('key-1')?.answer).toEqual(PAID);
    expect(page.outbox.progressOf('key-1')).toBeUndefined();
  });

  it('is sent once on a double tap', async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    const [first, second] = await Promise.all([page.outbox.begin(PAY), page.outbox.begin(PAY)]);
    await settled();
    expect(second!.key).toBe(first!.key);
    expect(page.flights).toHaveLength(1);
    await page.outbox.begin(PAY);
    await settled();
    expect(page.flights).toHaveLength(1);
  });

  it('is one pending in two tabs, and one tab sends it', async () => {
    const browser = openBrowser();
    const [here, there] = [openPage(browser), openPage(browser)];
    const [first, second] = await Promise.all([here.outbox.begin(PAY), there.outbox.begin(PAY)]);
    await settled();
    expect(second!.key).toBe(first!.key);
    expect(here.flights.length + there.flights.length).toBe(1);
    await here.flights[0]!.answer(PAID);
    expect(there.flights).toEqual([]);
    expect(there.outbox.progressOf(first!.key)).toBeUndefined();
  });

  it('that another tab has settled is waited for no longer', async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    const pending = await begun(page, PAY);
    await page.flights[0]!.answer(refusal('contended', 'same'));
    browser.store.write({ ...pending, answer: PAID });
    page.outbox.noticeOthers();
    await settled();
    expect(page.flights).toHaveLength(1);
    expect(page.outbox.progressOf(pending.key)).toBeUndefined();
  });

  it('goes on with the same key when the same account signs in again', async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    await begun(page, PAY);
    browser.session = undefined;
    await page.flights[0]!.answer(refusal('unauthenticated', 'changed'));
    expect(page.outbox.progressOf('key-1')).toEqual({ phase: 'sign_in' });
    browser.session = sessionOf('alice', 'newer-token-of-alice');
    page.outbox.resume();
    await settled();
    expect(page.flights.map(({ pending, token }) => [pending.key, token])).toEqual([
      ['key-1', 'token-of-alice'],
      ['key-1', 'newer-token-of-alice'],
    ]);
  });

  it('goes on at once when the token was renewed while the old one was in flight', async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    await begun(page, PAY);
    browser.session = sessionOf('alice', 'newer-token-of-alice');
    page.outbox.resume();
    await page.flights[0]!.answer(refusal('unauthenticated', 'changed'));
    await page.passTime();
    expect(page.flights[1]?.token).toBe('newer-token-of-alice');
  });

  it("is not sent with another account's token, and goes on when its own is back", async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    await begun(page, PAY);
    browser.session = sessionOf('bob', 'token-of-bob');
    const later = reload(browser);
    await settled();
    later.outbox.resume();
    await settled();
    expect(later.flights).toEqual([]);
    expect(later.outbox.progressOf('key-1')).toEqual({ phase: 'sign_in' });
    browser.session = sessionOf('alice', 'newer-token-of-alice');
    later.outbox.resume();
    await settled();
    expect(later.flights.map(({ token }) => token)).toEqual(['newer-token-of-alice']);
  });

  it("is another pending for another account: alice's payment is not bob's", async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    await begun(page, PAY);
    browser.session = sessionOf('bob', 'token-of-bob');
    const pending = await begun(page, PAY);
    expect(pending).toMatchObject({ key: 'key-2', accountId: 'bob' });
    expect(page.flights.map(({ token }) => token)).toEqual(['token-of-alice', 'token-of-bob']);
  });

  it('waits while offline and goes on as soon as the connection is back', async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    await begun(page, PAY);
    await page.flights[0]!.answer(refusal('offline', 'same'));
    await page.passTime();
    await page.flights[1]!.answer(refusal('offline', 'same'));
    page.outbox.resume();
    await settled();
    expect(page.flights.map(({ pending }) => pending.key)).toEqual(['key-1', 'key-1', 'key-1']);
  });

  it('waits as long as the service asks, whatever occasion comes', async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    await begun(page, PAY);
    await page.flights[0]!.answer(refusal('overloaded', 'same', { retryAfterSeconds: 5 }));
    page.outbox.resume();
    await settled();
    expect(page.flights).toHaveLength(1);
    expect(page.waits[0]).toBeGreaterThanOrEqual(5_000);
  });

  it('ends with a final refusal', async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    await begun(page, HOLD);
    const taken = refusal('seat_taken', 'changed', { seats: ['A-1-1'] });
    await page.flights[0]!.answer(taken);
    expect(browser.store.read('key-1')?.answer).toEqual(taken);
    await begun(page, HOLD);
    expect(page.flights[1]!.pending.key).toBe('key-2');
  });
});

describe('stopping', () => {
  it('forgets what certainly changed nothing', async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    await begun(page, HOLD);
    await page.flights[0]!.answer(refusal('contended', 'same'));
    page.outbox.stop('key-1');
    await settled();
    expect(browser.store.all()).toEqual([]);
    expect(page.flights).toHaveLength(1);
  });

  it('keeps what may have happened, sends it no more, and finds out with the same key', async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    await begun(page, PAY);
    await page.flights[0]!.answer(refusal('outcome_unknown', 'same'));
    page.outbox.stop('key-1');
    await settled();
    const later = reload(browser);
    await settled();
    expect(later.flights).toEqual([]);
    later.outbox.findOut('key-1');
    await settled();
    expect(later.flights.map(({ pending }) => pending.key)).toEqual(['key-1']);
  });

  it('keeps what another tab may have made happen', async () => {
    const browser = openBrowser();
    const [here, there] = [openPage(browser), openPage(browser)];
    await begun(here, TOP_UP);
    await here.flights[0]!.answer(refusal('contended', 'same'));
    there.outbox.resume();
    await settled();
    await there.flights[0]!.answer(refusal('offline', 'same'));
    here.outbox.stop('key-1');
    await settled();
    expect((await begun(here, TOP_UP)).key).toBe('key-1');
  });

  it('keeps what was in flight when the page went, whatever answer its successor gets', async () => {
    const browser = openBrowser();
    await begun(openPage(browser), TOP_UP);
    const later = reload(browser);
    await settled();
    await later.flights[0]!.answer(refusal('contended', 'same'));
    later.outbox.stop('key-1');
    await settled();
    expect((await begun(later, TOP_UP)).key).toBe('key-1');
  });

  it('keeps the key for the next payment of the same reservation', async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    await begun(page, PAY);
    await page.flights[0]!.answer(refusal('offline', 'same'));
    page.outbox.stop('key-1');
    await settled();
    expect((await begun(page, PAY)).key).toBe('key-1');
  });

  it('takes the answer that was already on its way', async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    await begun(page, PAY);
    page.outbox.stop('key-1');
    await page.flights[0]!.answer(PAID);
    expect(browser.store.read('key-1')?.answer).toEqual(PAID);
  });

  it('lets the buyer forget what was stopped, never what is open', async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    await begun(page, PAY);
    page.outbox.forget('key-1');
    expect(browser.store.all()).toHaveLength(1);
    await page.flights[0]!.answer(refusal('offline', 'same'));
    page.outbox.stop('key-1');
    await settled();
    page.outbox.forget('key-1');
    expect(browser.store.all()).toEqual([]);
  });

  it('keeps what has no answer from a page that dismisses the answers it has shown', async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    await begun(page, TOP_UP);
    page.outbox.dismiss('key-1');
    await page.flights[0]!.answer(refusal('offline', 'same'));
    page.outbox.stop('key-1');
    await settled();
    page.outbox.dismiss('key-1');
    expect((await begun(page, TOP_UP)).key).toBe('key-1');
    await page.flights[1]!.answer(PAID);
    page.outbox.dismiss('key-1');
    expect(browser.store.all()).toEqual([]);
  });

  it('comes by itself after repeated faults of the service', async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    await begun(page, PAY);
    for (let count = 0; count < 5; count += 1) {
      await page.flights[count]!.answer(refusal('internal', 'same'));
      await page.passTime();
    }
    expect(page.flights).toHaveLength(5);
    expect(browser.store.read('key-1')?.stopped).toBe(true);
  });
});

describe('a top-up that a payment follows', () => {
  it('pays when it is answered, with a key that was written down from the beginning', async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    const { key, next } = await begun(page, TOP_UP_AND_PAY);
    await page.flights[0]!.answer(PAID);
    expect(page.flights.map(({ pending }) => [pending.kind, pending.key])).toEqual([
      ['topUp', key],
      ['pay', next!.key],
    ]);
  });

  it('pays also when the page was reloaded in the middle', async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    const { next } = await begun(page, TOP_UP_AND_PAY);
    const later = reload(browser);
    await settled();
    await later.flights[0]!.answer(PAID);
    expect(later.flights[1]!.pending).toMatchObject({ kind: 'pay', key: next!.key });
  });

  it('does not pay when the top-up is refused or was stopped', async () => {
    for (const how of ['refused', 'stopped'] as const) {
      const browser = openBrowser();
      const page = openPage(browser);
      const { key } = await begun(page, TOP_UP_AND_PAY);
      if (how === 'stopped') page.outbox.stop(key);
      await page.flights[0]!.answer(how === 'stopped' ? PAID : refusal('forbidden', 'changed'));
      expect(page.flights, how).toHaveLength(1);
    }
  });

  it('is not made by itself for a hold that has run out, but found out when its buyer asks', async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    const request: NewRequest = { ...TOP_UP_AND_PAY, wantedUntilMs: 60_000 };
    const { key } = await begun(page, request);
    await page.flights[0]!.answer(refusal('offline', 'same'));
    browser.nowMs = 60_001;
    const later = reload(browser);
    await settled();
    expect(later.flights).toEqual([]);
    expect(browser.store.read(key)).toMatchObject({ stopped: true });
    later.outbox.findOut(key);
    await settled();
    expect(later.flights.map(({ pending }) => pending.key)).toEqual([key]);
  });

  it('is over when it was never sent before the hold ran out', async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    const { key } = await begun(page, { ...TOP_UP_AND_PAY, wantedUntilMs: 60_000 });
    await page.flights[0]!.answer(refusal('contended', 'same'));
    browser.nowMs = 60_001;
    await page.passTime();
    expect(page.flights).toHaveLength(1);
    expect(browser.store.read(key)?.answer).toMatchObject({ problem: { outcome: 'hold_expired' } });
    // Wanted again in time it is made.
    await begun(page, { ...TOP_UP_AND_PAY, wantedUntilMs: 90_000 });
    expect(page.flights).toHaveLength(2);
  });

  it('is not begun twice for one payment, even with another amount', async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    const first = await begun(page, TOP_UP_AND_PAY);
    const second = await begun(page, { ...TOP_UP_AND_PAY, body: { amount: 500_000 } });
    const third = await begun(page, PAY);
    expect([second.key, third.key]).toEqual([first.key, first.key]);
    expect(page.flights).toHaveLength(1);
  });
});

describe('a top-up for a payment that was stopped', () => {
  it('is not taken up by who pays from the wallet as it is', async () => {
    const page = openPage(openBrowser());
    const { key } = await begun(page, TOP_UP_AND_PAY);
    page.outbox.stop(key);
    await begun(page, PAY);
    expect(page.flights.map(({ pending }) => pending.kind)).toEqual(['topUp', 'pay']);
  });
});

describe('what can be wanted only once', () => {
  const NAMED: NewRequest = { ...TOP_UP, key: 'top-up-for:r:0', next: { ...PAY, key: 'pay:r' } };

  it('has the same keys on two devices, which share no storage', async () => {
    const devices = [openBrowser(), openBrowser()].map((browser) => openPage(browser));
    for (const device of devices) {
      await begun(device, NAMED);
      await device.flights[0]!.answer(PAID);
      expect(device.flights.map(({ pending }) => pending.key)).toEqual(['top-up-for:r:0', 'pay:r']);
    }
  });

  it('goes on when the other device has topped up another amount for it', async () => {
    const page = openPage(openBrowser());
    await begun(page, NAMED);
    await page.flights[0]!.answer(refusal('idempotency_key_reused', 'changed'));
    expect(page.flights.map(({ pending }) => pending.key)).toEqual(['top-up-for:r:0', 'pay:r']);
  });

  it('is sent again after a refusal, also where it follows', async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    await begun(page, NAMED.next!);
    await page.flights[0]!.answer(refusal('insufficient_balance', 'changed'));
    await begun(page, NAMED.next!);
    await page.flights[1]!.answer(refusal('insufficient_balance', 'changed'));
    await begun(page, NAMED);
    await page.flights[2]!.answer(PAID);
    expect(page.flights.map(({ pending }) => pending.key)).toEqual([
      'pay:r',
      'pay:r',
      'top-up-for:r:0',
      'pay:r',
    ]);
    await page.flights[3]!.answer(PAID);
    expect(browser.store.read('pay:r')?.answer).toEqual(PAID);
  });
});

describe('a hold', () => {
  it('is not made when it was wanted too long ago', async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    await begun(page, HOLD);
    browser.nowMs = HOLD_WANTED_MS + 1;
    const later = reload(browser);
    await settled();
    expect(later.flights).toEqual([]);
    expect(browser.store.read('key-1')?.answer).toMatchObject({ problem: { outcome: 'hold_expired' } });
  });

  it('of other seats is another pending', async () => {
    const browser = openBrowser();
    const page = openPage(browser);
    await begun(page, HOLD);
    const other = await begun(page, { ...HOLD, body: { seats: ['A-1-2'] } });
    expect(other.key).toBe('key-2');
  });
});

describe('the time between attempts', () => {
  it('grows, has a bound, and is never shorter than the service asked', () => {
    expect(backoffMs(1, 0)).toBe(200);
    expect(backoffMs(1, 1)).toBe(400);
    expect(backoffMs(4, 0)).toBe(1_600);
    expect(backoffMs(60, 1)).toBe(15_000);
    expect(backoffMs(1, 0, 5)).toBe(5_000);
    expect(backoffMs(1, 1, 5)).toBe(5_200);
  });
});

describe('the page of a pending', () => {
  it('is where its result is to be seen', () => {
    const reservation = '/performances/p/reservations/r';
    expect(pageOf(HOLD)).toBe('/performances/p');
    expect(pageOf(PAY)).toBe(reservation);
    expect(pageOf({ kind: 'refund', path: `/v1${reservation}/refund` })).toBe(reservation);
    expect(pageOf({ kind: 'release', path: `/v1${reservation}` })).toBe(reservation);
    expect(pageOf(TOP_UP_AND_PAY)).toBe(reservation);
    expect(pageOf(TOP_UP)).toBe('/wallet');
  });
});
