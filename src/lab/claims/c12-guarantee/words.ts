/** The words of C12. */
import type { Text, Titled } from '../../text.ts';

export const claim: Text = {
  en: 'A pessimistic lock is the safer choice where execution must be guaranteed.',
  ko: '실행에 대한 안전성은 비관적 락이 낙관적 락보다 유리하다.',
};

export const setUp: Text = {
  en: '{requests} top-ups of one wallet at once, pool of 20, {workMs} ms of work, by every strategy; without timeouts, and with all three at {timeoutMs} ms, less than the queue takes; {times}.',
  ko: '지갑 하나에 {requests}건 동시 충전, 풀 20개, 작업 {workMs} ms, 모든 전략. 타임아웃 없음, 그리고 세 타임아웃 모두 대기열보다 짧은 {timeoutMs} ms. {repeats}회.',
};

export const prediction: Text = {
  en: 'Pessimistic carries out more requests than optimistic, with and without timeouts.',
  ko: '타임아웃이 있든 없든 비관적 락이 낙관적 락보다 더 많은 요청을 실행한다.',
};

export const rule: Text = {
  en: 'Without timeouts, pessimistic carries out every request, so optimistic (once, and with retry) cannot do better; with timeouts neither form of optimistic carries out, on average, over {tolerance} of {requests} requests more than pessimistic, a tolerance for what differs from run to run. Holds if both are so; “only when” if only the first is; otherwise it does not hold.',
  ko: '타임아웃이 없을 때 비관적 락이 모두 실행하면 낙관적 락(한 번, 재시도)이 더 나을 수 없다. 타임아웃이 있을 때는 낙관적 락의 어느 쪽도 평균 {requests}건 중 {tolerance}건을 넘게 더 실행하지 않는다(실행마다 달라지는 만큼의 허용 오차). 둘 다면 성립, 앞의 것만이면 조건부, 아니면 불성립.',
};

export const cut: Text = {
  en: 'The guarantee ends with the timeouts: a timeout removes a request that waits in line.',
  ko: '보장은 타임아웃까지다: 줄을 선 요청은 줄에서 쫓겨날 수 있다.',
};

export const uncut: Text = { en: 'No request timed out.', ko: '타임아웃으로 쫓겨난 요청은 없다.' };

/** An optimistic lead that is too small to count. */
export const within: Text = {
  en: ' The lead of optimistic is within the tolerance of {tolerance} requests.',
  ko: ' 낙관적 락이 앞선 폭은 허용 오차 {tolerance}건 안이다.',
};

export const reason: Text = {
  en: 'Without timeouts pessimistic carried out {free}, against {rivalsFree}. With timeouts of {timeoutMs} ms, shorter than the queue, {rushed}, against {rivalsRushed}. {cut}{lead}',
  ko: '타임아웃이 없으면 비관적 락은 {free}를 실행했다({rivalsFree}). 대기열보다 짧은 {timeoutMs} ms 타임아웃에서는 {rushed}({rivalsRushed}). {cut}{lead}',
};

export const guaranteePlot: Titled = {
  title: { en: 'Share of the requests that were carried out', ko: '실행된 요청의 비율' },
  caption: {
    en: 'Without timeouts every request in line succeeds. With timeouts shorter than the line, those at its end fail. Means with their 95 % intervals.',
    ko: '타임아웃이 없으면 줄을 선 모두가 처리된다. 줄보다 짧은 타임아웃이 있으면 줄 끝은 처리되지 않는다. 평균과 95 % 신뢰 구간.',
  },
};

export const timelineTitle: Text = {
  en: '{label}: all answered after {ms} ms',
  ko: '{label}: {ms} ms 뒤에 모두 응답',
};

export const timelines: readonly { readonly label: string; readonly caption: Text }[] = [
  {
    label: 'pessimistic',
    caption: {
      en: 'A line: each request waits for the row, works, and wins.',
      ko: '한 줄: 각자 행을 기다리고, 작업하고, 이긴다.',
    },
  },
  {
    label: 'optimistic',
    caption: {
      en: 'Waves: all requests of a wave work at once, and one wins.',
      ko: '파도: 한 파도가 동시에 작업하고 하나만 이긴다.',
    },
  },
  {
    label: 'optimistic+retry',
    caption: {
      en: 'The same, but a loser starts again and repeats its work until it wins.',
      ko: '같지만 진 요청은 다시 시작한다: 차례가 될 때까지 작업을 되풀이한다.',
    },
  },
  {
    label: 'pessimistic-nowait',
    caption: {
      en: 'A request that finds the row locked loses at once, without working.',
      ko: '행이 잠겨 있으면 작업 없이 바로 진다.',
    },
  },
  {
    label: 'atomic',
    caption: {
      en: 'The work is done first, without a lock; then one statement reads and writes.',
      ko: '작업을 락 없이 먼저 하고, 구문 하나가 읽고 쓴다.',
    },
  },
  {
    label: 'serializable',
    caption: {
      en: 'The database detects requests that were too late, and they try again.',
      ko: '데이터베이스가 늦은 요청을 찾아내고 다시 시도하게 한다.',
    },
  },
  {
    label: 'grouped',
    caption: {
      en: 'One transaction for all requests that have arrived: they work in it one after another, and win together when it commits.',
      ko: '그 사이에 온 모두를 트랜잭션 하나로: 그 안에서 차례로 작업하고, 커밋될 때 함께 이긴다.',
    },
  },
];
