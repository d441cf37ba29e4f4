/** Puts a performance into the reader's calendar. */
import { databaseNowMs } from '../api/database-clock.ts';
import { saveAs } from '../components/save-as.ts';
import { CALENDAR_TYPE, calendarFile } from '../format/calendar-file.ts';
import { fileName } from '../format/file-name.ts';
import { local } from '../i18n/language.ts';
import { toBrowser } from '../routing/place.ts';

export interface Planned {
  readonly performanceId: string;
  readonly title: Readonly<Record<string, string>>;
  readonly venueName: Readonly<Record<string, string>>;
  readonly startsAt: string;
  /** Such as the seats. */
  readonly description?: string;
}

export function saveToCalendar({
  performanceId,
  title,
  venueName,
  startsAt,
  description = '',
}: Planned): void {
  const file = calendarFile({
    uid: `${performanceId}@${location.host}`,
    title: local(title),
    place: local(venueName),
    description,
    url: `${location.origin}${toBrowser(`/performances/${encodeURIComponent(performanceId)}`)}`,
    startsAt,
    madeAtMs: databaseNowMs(),
  });
  saveAs(`${fileName(performanceId)}.ics`, CALENDAR_TYPE, file);
}
