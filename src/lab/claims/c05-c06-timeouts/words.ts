/** The words of C5 and C6. */
import type { Titled } from '../../text.ts';

export const c5 = {
  claim: {
    en: 'With a pessimistic lock, a timeout of 5 s and a pool of 20, of 20 requests with 500 ms of work 5 s ÷ 500 ms = 10 succeed and 10 fail.',
    ko: '비관적 락에서 5초의 커넥션 타임아웃, 풀 20개, 요청당 500 ms면 5초 ÷ 500 ms = 10건은 성공하고 나머지 10건은 실패한다.',
  },
  setUp: {
    en: "{requests} pessimistic top-ups of one wallet at once, {workMs} ms of work under the lock, one timeout of {timeout} at a time{speed}: statement_timeout, the pool's acquire timeout (pool of 20, pool of 1), lock_timeout.",
    ko: '지갑 하나에 비관적 충전 {requests}건을 동시에, 락을 잡은 채 작업 {workMs} ms, {timeout} 타임아웃을 한 번에 하나씩{speed}: statement_timeout, 풀의 획득 타임아웃(풀 20개, 풀 1개), lock_timeout.',
  },
  tenTimesFaster: { en: ' (the literal numbers, ten times faster)', ko: '(원문의 수치를 10배 빠르게)' },
  literal: { en: ' (the literal numbers)', ko: '(원문의 수치 그대로)' },
  prediction: { en: '10 succeed, 10 fail.', ko: '10건 성공, 10건 실패.' },
  rule: {
    en: 'A timeout fits if the mean number of successes is within ±{tolerance} of {predicted}. Holds if all four fit; “only when” if some do; otherwise it does not hold. The figure is that of statement_timeout, which bounds the whole wait for the row, as the claim assumes.',
    ko: '평균 성공 수가 {predicted}±{tolerance}이면 그 뜻의 타임아웃은 맞다. 네 가지 모두 맞으면 성립, 일부만 맞으면 조건부, 아니면 불성립. 측정값은 statement_timeout의 것이다: 행을 기다리는 시간 전체를 제한하며, 주장이 계산에 넣은 것이 이것이다.',
  },
  meaning: { en: '{name} ({successes})', ko: '{name} ({successes})' },
  fitting: {
    en: 'About ten succeed under {list}: these bound the whole wait.',
    ko: '열 건 정도 성공: {list}. 기다림 전체를 제한하는 타임아웃이다.',
  },
  noneFits: { en: 'No timeout gives ten.', ko: '열 건이 되는 타임아웃이 없다.' },
  others: {
    en: ' Not so under {list}: in a pool of 20 nobody waits for a connection, and lock_timeout starts again with every new version of the row.',
    ko: ' 다른 결과: {list}. 풀이 20개면 커넥션을 기다리는 요청이 없고, lock_timeout은 행의 새 버전마다 처음부터 다시 센다.',
  },
  reason: {
    en: '{fitting}{others}',
    ko: '{fitting}{others}',
  },
};

export const c6 = {
  claim: {
    en: 'An optimistic lock is hardly affected by the connection timeout, because it reads and writes "asynchronously, without waiting its turn".',
    ko: '낙관적 락은 이전 순서를 기다리지 않고 동시에 검색하고 수정하므로 커넥션 타임아웃의 영향이 상대적으로 적다.',
  },
  setUp: {
    en: "100 optimistic top-ups of one wallet, pool of 20, {workMs} ms of work, without a timeout and under each of C5's ({timeout}); the same crowd with the work after the write; and pessimistic under the acquire timeout.",
    ko: '지갑 하나에 낙관적 충전 100건, 풀 20개, 작업 {workMs} ms, 타임아웃이 없을 때와 C5의 각 타임아웃({timeout})에서. 같은 요청을 쓴 뒤에 작업하게 하고, 비관적 락은 획득 타임아웃에서.',
  },
  prediction: {
    en: 'The same number succeeds under every timeout, no request times out, and losers do not wait for the row.',
    ko: '어느 타임아웃에서도 성공 수가 같고, 타임아웃이 없으며, 패자는 행을 기다리지 않는다.',
  },
  rule: {
    en: "Affected: under some timeout more than 1 % time out, or the mean number of successes differs by more than {tolerance} and by more than {differentPercent} %. The reason fails if the median loser's longest statement, where it waits for the row, takes more than {hardlyPercent} % of the work. Holds if it is not affected and the reason never fails; “only when” if the reason fails where the work follows the write; does not hold if it is affected.",
    ko: '영향: 어느 타임아웃에서 1 % 넘게 타임아웃이 나거나 평균 성공 수가 {tolerance}건과 {differentPercent} %를 모두 넘게 다르다. 패자가 행을 기다리는 가장 긴 구문의 중앙값이 작업의 {hardlyPercent} %를 넘으면 이유가 틀렸다. 영향이 없고 이유도 맞으면 성립, 쓴 뒤에 작업할 때 이유가 틀리면 조건부, 영향이 있으면 불성립.',
  },
  unaffected: {
    en: 'Under each timeout {successes} succeeded, without one {free}',
    ko: '타임아웃이 있으면 {successes}건, 없으면 {free}건 성공했다',
  },
  affected: { en: 'Affected by: {timeouts}', ko: '영향을 준 타임아웃: {timeouts}' },
  spared: {
    en: ' They are spared because the lock is held only from the write to the commit, not because nothing waits.',
    ko: ' 기다림이 없어서가 아니라 락이 쓰기부터 커밋까지만 잡히기 때문에 짧다.',
  },
  reason: {
    en: '{effect}; of 100 pessimistic requests {timedOut} timed out. But losers do wait for the row: {waitMs} ms when the work comes before the write, {afterMs} ms (of {workMs} ms of work) when it comes after it, holding a connection.{spared}',
    ko: '{effect}. 비관적 락은 100건 중 {timedOut}건이 타임아웃되었다. 그러나 패자도 행을 기다린다: 쓰기 전에 작업하면 {waitMs} ms, 쓴 뒤에 작업하면 {afterMs} ms(작업 {workMs} ms 중), 커넥션을 잡은 채로.{spared}',
  },
};

export const timeoutsPlot: Titled = {
  title: { en: 'The same timeout, in four places', ko: '같은 타임아웃을 네 곳에' },
  caption: {
    en: 'Twenty requests wait in one line; each takes a tenth of the timeout. Where the timeout bounds the whole wait, ten succeed; where it bounds something else, all twenty do. Means with their 95 % intervals.',
    ko: '스무 건이 한 줄로 기다리고, 한 건에 타임아웃의 10분의 1이 걸린다. 타임아웃이 기다림 전체를 제한하면 열 건, 다른 것을 제한하면 스무 건 모두 처리된다. 평균과 95 % 신뢰 구간.',
  },
};

export const crowdsPlot: Titled = {
  title: { en: 'What became of 100 requests under each timeout', ko: '타임아웃별 요청 100건의 결과' },
  caption: {
    en: 'Optimistic: nearly all lose to another request, none by waiting too long. Pessimistic: those at the end of the line time out. Means with their 95 % intervals.',
    ko: '낙관적 락: 거의 모두 지지만, 경쟁에서 지는 것이지 너무 오래 기다려서가 아니다. 비관적 락: 줄 끝의 요청은 타임아웃에 걸린다. 평균과 95 % 신뢰 구간.',
  },
};

export const statementQueue: Titled = {
  title: { en: 'The line under statement_timeout', ko: 'statement_timeout에서의 줄' },
  caption: {
    en: 'All twenty have a connection at once and wait for the row (amber). Each winner works and hands the row on; after ten turns the timeout ends the wait of all the others at once.',
    ko: '스무 건 모두 바로 커넥션을 얻고 행을 기다린다(노랑). 이긴 요청이 작업하고 행을 넘겨준다. 열 번째 차례가 지나면 타임아웃이 나머지의 기다림을 한꺼번에 끝낸다.',
  },
};

export const lockQueue: Titled = {
  title: { en: 'The line under lock_timeout', ko: 'lock_timeout에서의 줄' },
  caption: {
    en: 'Each time the row changes hands, every waiter begins to wait for its new version, and lock_timeout starts again: it never expires.',
    ko: '행의 주인이 바뀔 때마다 모두가 새 버전을 다시 기다리기 시작하고 lock_timeout의 시계도 처음부터 다시 간다. 그래서 끝나지 않는다.',
  },
};
