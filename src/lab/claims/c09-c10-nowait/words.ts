/** The words of C9 and C10. */
import type { Titled } from '../../text.ts';

export const c9 = {
  claim: {
    en: 'NOWAIT: if the request that took the lock first then fails, all the others have failed already; with the other lock one still in flight can win.',
    ko: 'no_wait에서는 최초의 요청이 실패하면 나머지 요청도 이미 모두 실패해 있지만, 다른 락에서는 실행 중인 다른 요청이 성공할 수 있다.',
  },
  setUp: {
    en: '{crowd} holds of one seat at once, pool of 20, {workMs} ms of work; the first that is about to commit is rolled back instead. NOWAIT, optimistic and plain pessimistic; then {latecomers} requests that arrive one by one over {arrivingMs} ms; {times}.',
    ko: '좌석 하나에 {crowd}건 동시 선점, 풀 20개, 작업 {workMs} ms. 가장 먼저 커밋하려는 요청을 일부러 롤백한다. NOWAIT, 낙관적, 일반 비관적 락. 이어서 {arrivingMs} ms 동안 하나씩 도착하는 {latecomers}건. {repeats}회 반복.',
  },
  prediction: {
    en: 'NOWAIT sells nothing; optimistic sells the seat once. (The text says "pessimistic" for the contrast while arguing for optimistic: both are measured.)',
    ko: 'NOWAIT은 하나도 팔지 못하고 낙관적 락은 한 번 판다. (원문은 낙관적 락을 주장하면서 "비관적 락의 경우"라고 썼으므로 둘 다 잰다.)',
  },
  rule: {
    en: 'Does not hold unless NOWAIT sold nothing in every run at once and optimistic and pessimistic sold exactly one in every run. If they did, “only when” if NOWAIT sold the seat to requests that arrived one by one; otherwise it holds.',
    ko: '동시에 도착한 모든 실행에서 NOWAIT이 0건, 낙관적·비관적 락이 정확히 1건이 아니면 불성립. 그렇다면 하나씩 도착할 때 NOWAIT도 팔았으면 조건부, 아니면 성립.',
  },
  lateWinner: {
    en: 'It holds for requests that come while the first one has the lock: of {latecomers} that came one by one, a later one won ({sold} sold).',
    ko: '최초의 요청이 락을 잡고 있는 동안 온 요청에 대해서만 성립한다: 하나씩 온 {latecomers}건 중에서는 나중 요청이 이겼다({sold}건 판매).',
  },
  noLateWinner: {
    en: 'Of the requests that came one by one, none won either.',
    ko: '하나씩 온 요청 중에서도 이긴 것이 없다.',
  },
  reason: {
    en: 'After the first had failed, NOWAIT sold the seat {nowait} times on average, optimistic {optimistic}, pessimistic {pessimistic}. {trickle} Both readings agree: a request that waits can still win, optimistic or pessimistic.',
    ko: '최초의 요청이 실패한 뒤 NOWAIT은 평균 {nowait}건, 낙관적 락은 {optimistic}건, 비관적 락은 {pessimistic}건을 팔았다. {trickle} 두 해석의 결과는 같다: 기다리는 쪽은 낙관적이든 비관적이든 이길 수 있다.',
  },
};

export const c10 = {
  claim: {
    en: 'For the seat hold, an optimistic lock is not materially slower than NOWAIT.',
    ko: '좌석 임시 선점에서 낙관적 락은 비동기적으로 처리되므로 no_wait에 비해 속도가 크게 떨어지지 않는다.',
  },
  setUp: {
    en: '{holders} holds of {seats} seats at once, pool of 20, with {first} and {second} ms of work; optimistic and NOWAIT in turn, {times}.',
    ko: '좌석 {seats}개에 {holders}건 동시 선점, 풀 20개, 작업 {first} ms와 {second} ms. 낙관적 락과 NOWAIT을 번갈아 {repeats}회.',
  },
  prediction: {
    en: 'As many successes/s, and answers as fast, for winners and losers.',
    ko: '초당 성공 수도, 승자와 패자의 응답 시간도 비슷하다.',
  },
  rule: {
    en: "Slower, by the median of the repeats' ratios: successes/s below 1/{slower}, or a p50 above {slower} times that of NOWAIT. Judged for winners (with successes/s) and for losers, each with and without work: holds if not slower in all four, “only when” if in some; does not hold if in none.",
    ko: '반복별 비율의 중앙값으로, 초당 성공 수가 1/{slower}보다 작거나 p50이 NOWAIT의 {slower}배를 넘으면 느린 것. 승자(초당 성공 수 포함)와 패자를 작업이 있을 때와 없을 때 각각 판정: 네 경우 모두 느리지 않으면 성립, 일부면 조건부, 없으면 불성립.',
  },
  reason: {
    en: "Optimistic against NOWAIT, without work / with {workMs} ms: successes/s {rates}, winners' p50 {winners}, losers' p50 {losers}. An optimistic loser does the work before it learns that it lost, and keeps its connection meanwhile; one that NOWAIT refuses may try again, and learns nothing about the seat.",
    ko: 'NOWAIT 대비 낙관적 락, 작업 없음 / {workMs} ms: 초당 성공 수 {rates}, 승자 p50 {winners}, 패자 p50 {losers}. 낙관적 락의 패자는 졌다는 것을 알기 전에 작업을 하며 그동안 커넥션을 잡고 있다. NOWAIT에 거절된 요청은 다시 시도하라는 답만 받고 좌석에 대해서는 알지 못한다.',
  },
};

export const soldPlot: Titled = {
  title: { en: 'Seats sold after the first one failed', ko: '최초의 요청이 실패한 뒤 팔린 좌석' },
  caption: {
    en: 'A crowd wants one seat, and the first request to finish fails. A request that waited behind it takes the seat. With NOWAIT the others were refused at once, and the seat stays empty. Means with their 95 % intervals.',
    ko: '여럿이 좌석 하나를 원하는데 가장 먼저 끝낸 요청이 실패한다. 뒤에서 기다린 요청은 좌석을 얻는다. 즉시 거절된(NOWAIT) 요청은 이미 떠났고 좌석은 비어 있다. 평균과 95 % 신뢰 구간.',
  },
};

export const distributionPlot: Titled = {
  title: { en: 'How long until the answer, with 10 ms of work', ko: '응답까지 걸린 시간, 작업 10 ms' },
  caption: {
    en: 'The curve shows which share of the requests (up) was answered within how many milliseconds (right). Solid: optimistic; dashed: NOWAIT; green: winners; red: losers. Further left is faster. All runs together.',
    ko: '읽는 법: 이만큼의 요청(세로)이 이 시간(가로, ms) 안에 응답을 받았다. 실선은 낙관적 락, 점선은 NOWAIT, 초록은 승자, 빨강은 패자. 왼쪽일수록 빠르다. 모든 실행을 합친 것이다.',
  },
};
