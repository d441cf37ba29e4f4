/** What the service answers, by the names that these pages have for it; the types are made from its OpenAPI document. */
import type {
  AuditAnswer,
  ConcertOfOperator,
  ImportCatalogueAnswer,
  ListActionsAnswer,
  Performance,
  ReadActivityAnswer,
  ReadCheckInListAnswer,
  ReadSalesAnswer,
  ReadSalesOverTimeAnswer,
} from '../api/types.ts';

export type { Cancellation, Performance, Refund, Reservation } from '../api/types.ts';

/** With those that are hidden from buyers. */
export type Concert = ConcertOfOperator;
/** What an operator sets. */
export type SaleState = Exclude<Performance['saleState'], 'cancelled'>;
/** What the operator set and the sale's window come to now. */
export type SaleNow = Performance['sale'];
export type ListedPerformance = Concert['performances'][number];
export type GradeCounts = Performance['grades'][number];

/** A performance's numbers in one snapshot: those that the audit checks. */
export type Sales = ReadSalesAnswer;
export type SalesOverTime = ReadSalesOverTimeAnswer;
export type SeatCounts = Sales['seats'];
export type CheckInList = ReadCheckInListAnswer;

/** The last five minutes of the process that answers; seconds without any request are left out. */
export type Activity = ReadActivityAnswer;
export type ActivitySecond = Activity['seconds'][number];

export type AuditReport = AuditAnswer;
export type OperatorAction = ListActionsAnswer['actions'][number];
export type ImportReport = ImportCatalogueAnswer;
