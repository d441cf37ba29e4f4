/** The words of C11. */
import type { Text, Titled } from '../../text.ts';

export const claim: Text = {
  en: "Guarding the first step (confirm the reservation) keeps a losing payment's transaction short.",
  ko: '예약 확정(첫 단계)에 낙관적 락을 적용하면 실패하는 결제의 트랜잭션이 짧다.',
};

export const setUp: Text = {
  en: '{reservations} reservations, each paid {attempts} times at once, {workMs} ms of work; the guard on the first step against the guard on the last; all from one wallet, and each from its own; {times}.',
  ko: '예약 {reservations}건을 각각 {attempts}번씩 동시에 결제, 작업 {workMs} ms. 첫 단계의 락과 마지막 단계의 락을 비교, 모두 한 지갑에서 그리고 각자의 지갑에서. {repeats}회 반복.',
};

export const prediction: Text = {
  en: "With the guard first, a loser's transaction is shorter and writes less.",
  ko: '첫 단계에 락을 두면 패자의 트랜잭션이 더 짧고 덜 쓴다.',
};

export const rule: Text = {
  en: "Guard first divided by guard last, median: the loser's transaction time, and its WAL, below {less}; each for one wallet and for different ones. Holds if all four are; “only when” if some are; does not hold if none is.",
  ko: '첫 단계 ÷ 마지막 단계의 중앙값: 패자의 트랜잭션 시간과 WAL이 각각 {less} 미만, 같은 지갑과 다른 지갑에서. 네 가지 모두면 성립, 일부면 조건부, 없으면 불성립.',
};

/** What a loser costs with either guard, for one kind of wallets. */
export const loser: Text = {
  en: '{name}: {firstMs} ms and {firstWal} bytes of WAL per loser, against {lastMs} ms and {lastWal} bytes',
  ko: '{name}: 패자당 {firstMs} ms와 WAL {firstWal} 바이트, 마지막 단계는 {lastMs} ms와 {lastWal} 바이트',
};

export const reason: Text = {
  en: "Guard first against guard last (both with {workMs} ms of work), for {list}. A loser with the guard first still waits for the winner's commit, but has written no row to undo (the little WAL is the lock on the row it waited for).",
  ko: '첫 단계의 락 대 마지막 단계의 락(둘 다 작업 {workMs} ms). {list}. 첫 단계에 락을 두어도 패자는 승자의 커밋을 기다리지만 되돌릴 행을 쓰지 않는다(적은 WAL은 기다린 행의 락이다).',
};

export const timePlot: Titled = {
  title: { en: "How long a losing payment's transaction takes", ko: '진 결제의 트랜잭션 시간' },
  caption: {
    en: 'From BEGIN to ROLLBACK, the work included. It keeps its connection that long. Medians with their intervals.',
    ko: '시작부터 롤백까지, 작업 포함. 그동안 커넥션을 잡고 있다. 중앙값과 신뢰 구간.',
  },
};

export const walPlot: Titled = {
  title: {
    en: 'What a losing payment writes to the log, to be undone',
    ko: '진 결제가 되돌리기 위해 로그에 쓰는 양',
  },
  caption: {
    en: 'With the guard first, only the lock on the row; with the guard last, a debit and its ledger entry as well. Medians with their intervals.',
    ko: '첫 단계에 락을 두면 행의 락뿐이고, 마지막 단계에 두면 차감과 거래 내역까지 쓴다. 중앙값과 신뢰 구간.',
  },
};
