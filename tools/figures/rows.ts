/** What each row of the benchmark's table is called in the documents, and what it is compared with. */
import type { Language, Text } from '../../src/lab/text.ts';

export interface Row {
  readonly what: Text;
  readonly against: Text;
}

const PGBENCH: Text = { en: 'pgbench, one statement', ko: 'pgbench, SQL 문 하나' };
const ATOMIC: Text = { en: 'our `atomic`, one by one', ko: '하나씩 처리하는 `atomic`' };
const OPTIMISTIC: Text = { en: '`optimistic`, one by one', ko: '하나씩 처리하는 `optimistic`' };
const BARE: Text = { en: 'bare `node:http`, same requests', ko: '같은 요청을 읽기만 하는 `node:http`' };
const ONE_CROWD: Text = { en: 'one request per seat', ko: '좌석당 한 번' };

const TOP_UPS: Text = { en: 'top-ups on one hot wallet', ko: '지갑 하나에 몰린 충전' };
const ONE_SEAT: Text = { en: 'holds of one seat', ko: '1석 선점' };
const TWO_SEATS: Text = { en: 'holds of two seats', ko: '2석 선점' };
const PAYMENTS: Text = { en: 'payments', ko: '결제' };
const SELL_OUT: Text = { en: 'speed of selling out a hall', ko: '공연장 매진 속도' };

const ROWS: Readonly<Record<string, Row>> = {
  'hot-wallet': { what: TOP_UPS, against: PGBENCH },
  'hot-wallet-own': { what: TOP_UPS, against: ATOMIC },
  'on-sale-1-seat': { what: ONE_SEAT, against: PGBENCH },
  'on-sale-1-seat-own': { what: ONE_SEAT, against: ATOMIC },
  'on-sale-2-seats': { what: TWO_SEATS, against: PGBENCH },
  'on-sale-2-seats-own': { what: TWO_SEATS, against: ATOMIC },
  payments: { what: PAYMENTS, against: PGBENCH },
  'payments-own': { what: PAYMENTS, against: ATOMIC },
  crowd: { what: SELL_OUT, against: OPTIMISTIC },
  'crowd-atomic': { what: SELL_OUT, against: ATOMIC },
  'crowd-growth-statements': {
    what: { en: 'statements per seat sold, 32 requests each', ko: '판매 좌석당 SQL 문 수, 좌석당 요청 32번' },
    against: ONE_CROWD,
  },
  'crowd-growth-cpu': {
    what: {
      en: 'database time per seat sold, 32 requests each',
      ko: '판매 좌석당 DB 시간, 좌석당 요청 32번',
    },
    against: ONE_CROWD,
  },
  'crowd-interleaved': {
    what: {
      en: 'statements per seat sold, 32 requests each, fully interleaved',
      ko: '판매 좌석당 SQL 문 수, 좌석당 요청 32번이 완전히 뒤섞임',
    },
    against: ONE_CROWD,
  },
  'best-available': {
    what: { en: 'holds of the *best available* seats', ko: '*가장 좋은 자리* 선점' },
    against: { en: 'as many seats by name', ko: '좌석을 지정한 같은 수의 선점' },
  },
  'best-available-rank': {
    what: { en: 'mean rank of the seats it sold', ko: '그렇게 팔린 좌석의 평균 순위' },
    against: { en: 'the best seats in order', ko: '가장 좋은 좌석부터 차례로' },
  },
  'hostile-seats': {
    what: {
      en: 'seats that buyers get while others hold the hall and never pay',
      ko: '결제하지 않을 사람들이 좌석을 잡고 놓기를 되풀이할 때 구매자가 산 좌석 수',
    },
    against: { en: 'the same sale without an attack', ko: '공격이 없는 같은 판매' },
  },
  'hostile-served': {
    what: {
      en: 'buyers whom no limit turned away meanwhile',
      ko: '그동안 어떤 한도에도 걸리지 않은 구매자 수',
    },
    against: { en: 'all buyers', ko: '모든 구매자' },
  },
  'http-hold': { what: { en: 'holds over HTTP', ko: 'HTTP 선점' }, against: BARE },
  'http-hold-cpu': {
    what: {
      en: 'the service’s processor time per hold over HTTP',
      ko: 'HTTP 선점 하나에 든 서비스의 프로세서 시간',
    },
    against: BARE,
  },
  'http-top-up': {
    what: { en: 'top-ups of one hot wallet over HTTP', ko: '지갑 하나에 몰린 HTTP 충전' },
    against: BARE,
  },
  'http-purchase': {
    what: {
      en: 'requests of whole purchases over HTTP: hold, top-up, pay',
      ko: 'HTTP 구매 전체(선점, 충전, 결제)의 요청 수',
    },
    against: BARE,
  },
  'http-sell-out': {
    what: {
      en: 'seconds to sell out a hall over HTTP',
      ko: 'HTTP로 공연장을 매진시키는 데 걸린 시간',
    },
    against: { en: 'the same by `atomic`, one by one', ko: '같은 판매를 `atomic`으로 하나씩' },
  },
  'http-two-processes': {
    what: {
      en: 'holds per processor second of a service of two processes',
      ko: '프로세스 둘인 서비스의 프로세서 시간 초당 선점',
    },
    against: { en: 'one process', ko: '프로세스 하나' },
  },
  'http-crowded': {
    what: {
      en: 'holds over HTTP beside idle connections and watchers',
      ko: '쉬는 연결과 지켜보는 화면이 많을 때의 HTTP 선점',
    },
    against: { en: 'without them', ko: '그런 연결이 없을 때' },
  },
  replays: {
    what: {
      en: 'holds sent again under durability `replicated`',
      ko: '내구성 `replicated`에서 다시 보낸 선점',
    },
    against: { en: 'durability `local`', ko: '내구성 `local`' },
  },
  'p99-winners': {
    what: { en: 'p99 of winners at one offered rate', ko: '같은 유입률에서 성공한 요청의 p99' },
    against: OPTIMISTIC,
  },
  'p99-losers': {
    what: { en: 'p99 of losers at that rate', ko: '그 유입률에서 실패한 요청의 p99' },
    against: OPTIMISTIC,
  },
  'two-processes': {
    what: {
      en: 'holds per processor second, two services on one performance',
      ko: '서비스 둘이 한 회차를 팔 때 프로세서 시간 초당 선점',
    },
    against: { en: 'one service', ko: '서비스 하나' },
  },
  watchers: {
    what: {
      en: 'holds over HTTP per processor second while pages watch',
      ko: '많은 화면이 지켜볼 때 프로세서 시간 초당 HTTP 선점',
    },
    against: { en: 'without watchers', ko: '지켜보는 화면이 없을 때' },
  },
};

/** Throws for a row without words: no row is left out silently. */
export function rowOf(name: string): Row {
  const row = ROWS[name];
  if (row === undefined) throw new Error(`tools/figures/rows.ts has no words for the row ${name}`);
  return row;
}

export function rowLabel(name: string, language: Language): string {
  return rowOf(name).what[language];
}
