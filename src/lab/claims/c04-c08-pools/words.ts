/** The words of C4 and C8. */
import type { Titled } from '../../text.ts';

export const c4 = {
  claim: {
    en: 'With a pessimistic lock, leaving other limits aside, every request succeeds, one after another.',
    ko: '비관적 락에서는 락 이외의 요소를 배제하면 모든 요청이 순차적으로 성공한다.',
  },
  setUp: {
    en: 'Pessimistic top-ups of one wallet: {first} and {second} requests over pools of {pools}, {workMs} ms of work under the lock, no timeout, {times}.',
    ko: '지갑 하나에 비관적 충전: 요청 {first}, {second}건 × 풀 {pools}개, 락을 잡은 채 작업 {workMs} ms, 타임아웃 없음, {repeats}회.',
  },
  prediction: { en: 'All succeed and the balance is exact.', ko: '모두 성공하고 잔액이 정확하다.' },
  rule: {
    en: 'Holds if every request of every run succeeded and every balance is exact; “only when” if that is so in some settings; otherwise it does not hold.',
    ko: '모든 실행에서 모든 요청이 성공하고 잔액이 정확하면 성립, 일부 설정에서만이면 조건부, 아니면 불성립.',
  },
  everywhere: { en: ' in each of the settings', ko: '(모든 설정에서)' },
  notIn: { en: '; not all with {broken}', ko: '. 전부는 아닌 설정: {broken}' },
  reason: {
    en: '{succeeded} of the requests succeeded with an exact balance{where}. Without a guard {lost} of 100 top-ups were lost.',
    ko: '요청의 {succeeded}가 성공하고 잔액이 정확했다{where}. 락이 없으면 100건 중 {lost}건이 사라졌다.',
  },
};

export const c8 = {
  claim: {
    en: 'A pessimistic lock depends little on the size of the pool.',
    ko: '비관적 락은 커넥션 풀의 영향을 비교적 적게 받는다.',
  },
  setUp: {
    en: 'Pessimistic top-ups of one wallet over pools of {pools}: {requests} requests with {workMs} ms of work, and {rush} without any (also by {beside}, to compare), {times}.',
    ko: '지갑 하나에 비관적 충전, 풀 {pools}개: 작업 {workMs} ms인 {requests}건, 작업이 없는 {rush}건(비교를 위해 {beside}도), {repeats}회.',
  },
  prediction: {
    en: 'All succeed, and successes per second are the same for every pool.',
    ko: '모두 성공하고, 풀 크기와 관계없이 초당 성공 수가 같다.',
  },
  rule: {
    en: "The fastest pool's successes/s, divided by the slowest's repeat by repeat, have a median of at most {tolerance}; fastest and slowest are by their medians. Holds if so with work and without; “only when” if with one of them; does not hold if with neither, or if any request fails.",
    ko: '중앙값이 가장 빠른 풀의 초당 성공 수를 가장 느린 풀의 것으로 반복마다 나눈 비율의 중앙값이 작업이 있을 때와 없을 때 모두 {tolerance} 이하면 성립, 한쪽만이면 조건부, 둘 다 아니거나 실패한 요청이 있으면 불성립.',
  },
  pacedByLock: {
    en: '; the lock, not the pool, sets the pace',
    ko: ' 속도를 정하는 것은 풀이 아니라 락이다.',
  },
  reason: {
    en: "With {workMs} ms of work under the lock the pools' successes/s differ by a factor of {withWork} ({ratesWithWork}){pace}. Without work they differ by {without} ({ratesWithout}): the time goes into handing the row from one waiter to the next, and depends on how many wait.",
    ko: '락을 잡은 채 {workMs} ms 작업하면 풀에 따른 초당 성공 수의 차이는 {withWork}배다({ratesWithWork}).{pace} 작업이 없으면 {without}배다({ratesWithout}). 이때는 기다리는 요청 사이에 행을 넘겨주는 시간이 좌우하며, 이는 기다리는 수에 달려 있다.',
  },
};

export const keptPlot: Titled = {
  title: {
    en: 'Top-ups acknowledged, and top-ups in the balance',
    ko: '성공했다고 답한 충전과 잔액에 남은 충전',
  },
  caption: {
    en: 'Both answer every top-up with a success. With a lock that is true. Without one, each request adds to a balance that it read earlier, and overwrites what others have added since. Means with their 95 % intervals.',
    ko: '둘 다 모두에게 성공했다고 답한다. 락이 있으면 사실이다. 락이 없으면 각자 예전에 읽은 잔액에 더해 쓰므로 그 사이 다른 요청이 더한 금액을 덮어쓴다. 평균과 95 % 신뢰 구간.',
  },
};

export const poolsPlot: Titled = {
  title: {
    en: 'Pessimistic top-ups per second, by the size of the pool',
    ko: '풀 크기에 따른 비관적 충전의 초당 성공 수',
  },
  caption: {
    en: 'With work under the lock the line is flat: requests run one after another, however many wait. Without work, the time goes into handing the row to the next waiter, and depends on how many wait. Medians with their intervals.',
    ko: '락을 잡은 채 작업하면 평평하다: 몇이 기다리든 하나씩 처리된다. 작업이 없으면 행을 넘겨주는 데 시간이 들고, 이는 몇이 기다리는지에 달려 있다. 중앙값과 신뢰 구간.',
  },
};

export const strategiesPlot: Titled = {
  title: {
    en: 'Successes per second against connections, without work',
    ko: '커넥션 수에 따른 초당 성공 수, 작업 없음',
  },
  caption: {
    en: 'All top up one wallet. Only successes count: optimistic and NOWAIT send as many requests, and most fail. Medians with their intervals; the scale is logarithmic.',
    ko: '모두 지갑 하나를 충전한다. 시도가 아니라 성공만 센다: 낙관적 락과 NOWAIT도 같은 만큼 보내지만 대부분 실패한다. 중앙값과 신뢰 구간이며 로그 눈금이다.',
  },
};
