/** The words of C1, C2 and C3. */
import type { Text, Titled } from '../../text.ts';

/** C1 and C2. */
export const literal = {
  claim: {
    en: 'With an optimistic lock, of 100 identical requests over a pool of {poolSize} connections about {predicted} succeed.',
    ko: '낙관적 락에서 100개의 동일한 요청을 커넥션 풀 {poolSize}개로 처리하면 평균 {predicted}번 성공한다.',
  },
  setUp: {
    en: '100 top-ups of one wallet at once, pool of {poolSize}, {workMs} ms of work between reading the version and writing, no retry, no timeout; both forms of the optimistic lock (refuse; modify, then roll back), {times}.',
    ko: '지갑 하나에 100건을 동시에 충전, 풀 {poolSize}개, 버전을 읽고 쓰기까지 {workMs} ms의 작업, 재시도와 타임아웃 없음. 낙관적 락의 두 형태(거절, 수정 후 롤백), {repeats}회 반복.',
  },
  prediction: {
    en: '{predicted} successes: 100 requests fill the pool {predicted} times, and one wins each time.',
    ko: '{predicted}건 성공: 100건이 풀을 {predicted}번 채우고, 채워질 때마다 하나만 이긴다.',
  },
  rule: {
    en: 'Holds if the mean number of successes is within ±{tolerance} of {predicted} for both forms; “only when” if for one of them.',
    ko: '두 형태 모두 평균 성공 수가 {predicted}±{tolerance} 안이면 성립, 한 형태만이면 조건부 성립.',
  },
  reason: {
    en: 'On average {refuse} of 100 succeeded by refusing and {rollback} by rolling back. The requests came in waves of {size} that had read the same version; {winners} of each won. Without a guard every request was answered with a success, and {lost} top-ups were lost.',
    ko: '100건 중 평균 {refuse}건(거절 방식), {rollback}건(롤백 방식)이 성공했다. 같은 버전을 읽은 {size}건씩 파도를 이루었고 파도마다 {winners}건이 이겼다. 락이 없으면 모두 성공했다는 답을 받지만 충전 {lost}건이 사라졌다.',
  },
};

export const c3 = {
  claim: {
    en: 'Without retries, an optimistic lock lets through a number that grows with the requests and shrinks with the pool: one per filled pool; far more fail.',
    ko: '재요청이 없으면 낙관적 락의 성공 수는 동시 요청 수에 비례하고 커넥션 풀에 반비례하며, 실패가 압도적으로 많다.',
  },
  setUp: {
    en: 'Optimistic top-ups of one wallet: {requests} requests over pools of {pools}, {workMs} ms of work, {times}; then 100 requests without work, with work of unequal length, and 30 requests over a pool of 40.',
    ko: '지갑 하나에 낙관적 충전: 요청 {requests}건 × 풀 {pools}개, 작업 {workMs} ms, {repeats}회. 이어서 작업이 없는 100건, 작업 시간이 제각각인 100건, 풀 40개에 30건.',
  },
  prediction: {
    en: 'successes ≈ requests ÷ pool; one request wins in each wave that read the same version.',
    ko: '성공 수 ≈ 요청 수 ÷ 풀 크기. 같은 버전을 읽은 파도마다 하나가 이긴다.',
  },
  rule: {
    en: 'The law: fitted to successes = k · requests^a ÷ pool^b, both a and b within ±{tolerance} of 1. The mechanism: full waves fill at least {filling} of the pool and have one winner. Few: at most {few} succeed. Holds if all three hold and no variation bends the law by more than {bend}; “only when” if the law holds but bends; otherwise it does not hold.',
    ko: '법칙: 성공 수 = k · 요청^a ÷ 풀^b로 맞추어 a와 b가 모두 1±{tolerance}. 기제: 온전한 파도가 풀의 {filling} 이상이고 승자가 하나. 소수: 성공이 {few} 이하. 셋 다 맞고 변형에서도 {bend} 넘게 휘지 않으면 성립, 법칙은 맞지만 휘면 조건부, 아니면 불성립.',
  },
  straight: { en: 'No variation bends the law.', ko: '어느 변형에서도 휘지 않았다.' },
  bent: {
    en: 'The law needs work that is long and equal: {list}.',
    ko: '작업이 길고 고를 때의 법칙이다: {list}.',
  },
  bend: {
    en: '{bend} {successes} succeeded instead of {law}',
    ko: '{bend} {law}건이 아니라 {successes}건 성공',
  },
  reason: {
    en: 'Fitted: successes = {factor} · requests^a ÷ pool^b with a = {a} and b = {b} (R² {rSquared}). A wave fills {filling} of the pool and has {winners} winner. {bends}',
    ko: '맞춘 법칙: 성공 수 = {factor} · 요청^a ÷ 풀^b, a = {a}, b = {b} (R² {rSquared}). 파도는 풀의 {filling}를 채우고 승자는 {winners}건이다. {bends}',
  },
};

export const waves: Titled = {
  title: {
    en: '100 requests, one wallet, {pool} connections',
    ko: '요청 100건, 지갑 하나, 커넥션 {pool}개',
  },
  caption: {
    en: 'Each line is one request, from left (sent) to right (answered). {pool} at a time get a connection, read the same balance with its version number, work, and try to write. The first to write wins (green) and changes the number; the others in its wave find a number other than the one they read, and lose (red).',
    ko: '한 줄이 요청 하나이고, 왼쪽에서 보내 오른쪽에서 응답을 받는다. {pool}건씩 커넥션을 얻어 같은 잔액과 버전 번호를 읽고 작업한 뒤 쓰려고 한다. 가장 먼저 쓴 요청이 이기고(초록) 번호를 바꾼다. 같은 파도의 나머지는 읽은 것과 다른 번호를 보고 진다(빨강).',
  },
};

export const lawPlot: Titled = {
  title: { en: 'How many succeed, by the size of the pool', ko: '풀 크기에 따른 성공 수' },
  caption: {
    en: 'Points are means with their 95 % intervals; the dashed lines are the law. Twice the pool, half the successes: a larger pool makes larger waves, and each wave has one winner.{fitted}',
    ko: '점은 평균, 세로선은 95 % 신뢰 구간, 점선은 법칙이다. 풀이 두 배면 성공은 절반: 풀이 크면 파도도 크고, 파도마다 하나만 이긴다.{fitted}',
  },
};

export const fitted: Text = {
  en: ' Fitted exponents: {requests} for the requests, {pool} for 1 ÷ pool.',
  ko: ' 맞춘 지수: 요청 {requests}, 1 ÷ 풀 {pool}.',
};
