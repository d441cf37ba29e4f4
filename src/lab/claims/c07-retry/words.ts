/** The words of C7. */
import type { Text, Titled } from '../../text.ts';

export const claim: Text = {
  en: 'An optimistic lock with retry until success ends up sequential: it takes about as long as a pessimistic one, uses more resources and is harder to write.',
  ko: '낙관적 락으로 성공할 때까지 재시도하면 결국 순차적이어서 (비관적 락과) 시간은 비슷하나 소모되는 자원이 많고 구현이 어렵다.',
};

export const setUp: Text = {
  en: "{requests} top-ups of one wallet at once, pool of {requests}, with {workMs} ms of work and without: pessimistic; optimistic in a plain loop until success; optimistic with the engine's bounded retry; optimistic once; and, for comparison, grouped; {times}.",
  ko: '지갑 하나에 {requests}건 동시 충전, 풀 {requests}개, 작업 {workMs} ms와 작업 없음: 비관적, 성공할 때까지 반복하는 낙관적, 엔진의 제한된 재시도, 한 번만 시도하는 낙관적, 그리고 그 옆에 grouped. {repeats}회 반복.',
};

export const prediction: Text = {
  en: 'Wall time about that of the pessimistic lock; more statements, transactions, WAL and CPU per success; more lines of code. (The text says "about as long as optimistic", read as a slip; both readings are measured.)',
  ko: '비관적 락과 비슷한 시간. 성공당 구문, 트랜잭션, WAL, CPU가 더 많고 코드도 더 길다. (원문의 "낙관적 락과 시간은 비슷"은 비관적 락의 오기로 보며, 두 해석을 모두 잰다.)',
};

export const rule: Text = {
  en: 'Four parts: wall time with work within a factor of {timeRatioMax} of pessimistic; the same without work; statements, transactions and client CPU per success each at least {more} times; more lines of code. Holds if all are so; “only when” if some are; does not hold if none is.',
  ko: '네 부분: 작업이 있을 때 전체 시간이 비관적 락의 {timeRatioMax}배 이내, 작업이 없을 때도 같음, 성공당 구문·트랜잭션·클라이언트 CPU가 각각 {more}배 이상, 코드가 더 김. 모두면 성립, 일부면 조건부, 없으면 불성립.',
};

export const reason: Text = {
  en: "Until success it took {time} the pessimistic time with {workMs} ms of work and {rushed} without (and {once} that of optimistic once). Per success {statements} the statements, {transactions} the transactions, {client} the client's CPU, {and} {wal} the WAL: a loser writes no row, but one that has waited locks the row's newest version before it sees that it lost, and that lock is logged. {loopLines} lines of code against {lineLines}.",
  ko: '성공할 때까지 재시도하면 비관적 락의 시간의 {time}(작업 {workMs} ms), {rushed}(작업 없음)이 걸렸다(한 번만 시도한 낙관적 락의 {once}). 성공당 구문 {statements}, 트랜잭션 {transactions}, 클라이언트 CPU {client}, WAL {wal}: 패자는 행을 쓰지 않지만, 기다린 패자는 졌다는 것을 알기 전에 행의 새 버전을 잠그고 이것이 로그에 남는다. 코드 {loopLines}줄 대 {lineLines}줄.',
};

export const costsPlot: Titled = {
  title: { en: 'Cost of one success, pessimistic = 1', ko: '성공 한 건의 비용, 비관적 락 = 1' },
  caption: {
    en: 'A request that retries until it succeeds pays for every attempt that it lost; the requests of a group share one transaction. Medians with their intervals; the scale is logarithmic. A missing bar means too little to count, or a server on another machine.',
    ko: '성공할 때까지 다시 시도하면 진 시도의 비용까지 모두 치르고, 그룹으로 가면 트랜잭션 하나를 나눠 쓴다. 중앙값과 신뢰 구간, 로그 눈금이며, 막대가 없으면 너무 적어 셀 수 없었거나 서버가 다른 기계에 있다.',
  },
};
