// Dates, times and numbers as they are shown. Everywhere dd/MM/yyyy in the time of Việt Nam (UTC+7, no summer time),
// whatever the device is set to.
import { m } from './paraglide/messages';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NBSP = '\u00a0';

/** A day of the calendar, without time. */
export interface Day {
  year: number;
  month: number;
  day: number;
}

/** An instant as the core tells it, in unix seconds. */
export type Instant = number;

/** How many days the core's calendar is before the window's; anything but 0 only where its clock was set for a trial. */
let ahead = 0;

/** The core's day counts: forms are judged by it. */
export function todayIs(iso: string): void {
  const told = readDay(iso);
  if (told) ahead = daysBetween(dayOf(Date.now() / 1000), told);
}

/** The day that it is in Việt Nam, `ago` days back. */
export function today(ago = 0): Day {
  return dayOf((Date.now() + (ahead - ago) * DAY) / 1000);
}

/** The day of an instant in Việt Nam. */
export function dayOf(instant: Instant): Day {
  const there = inVietnam(instant);
  return { year: there.getUTCFullYear(), month: there.getUTCMonth() + 1, day: there.getUTCDate() };
}

/** Reads `2026-01-05`. */
export function readDay(iso: string): Day | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso);
  if (!parts) return undefined;
  return { year: Number(parts[1]), month: Number(parts[2]), day: Number(parts[3]) };
}

/** `05/01/2026`. A text that is no date comes back as it is. */
export function showDay(day: Day | string): string {
  const known = typeof day === 'string' ? readDay(day) : day;
  if (!known) return String(day);
  return `${two(known.day)}/${two(known.month)}/${String(known.year).padStart(4, '0')}`;
}

/** `Thứ Hai, 05/01/2026`. */
export function showWeekday(day: Day | string): string {
  const known = typeof day === 'string' ? readDay(day) : day;
  if (!known) return String(day);
  const at = new Date(Date.UTC(known.year, known.month - 1, known.day)).getUTCDay();
  return `${weekdays[at]?.() ?? ''}, ${showDay(known)}`;
}

/** `19:30`. */
export function showTime(instant: Instant): string {
  const there = inVietnam(instant);
  return `${two(there.getUTCHours())}:${two(there.getUTCMinutes())}`;
}

/** `05/01/2026 19:30`. */
export function showMoment(instant: Instant): string {
  return `${showDay(dayOf(instant))} ${showTime(instant)}`;
}

/** `Hôm nay, 19:30` or `Hôm qua, 04/01/2026 19:30` or `04/01/2026, 19:30`: relative only beside the absolute. */
export function showRecent(instant: Instant): string {
  const day = showDay(dayOf(instant));
  if (day === showDay(today())) return `${m.common_today()}, ${showTime(instant)}`;
  if (day === showDay(today(1))) return `${m.common_yesterday()}, ${day} ${showTime(instant)}`;
  return `${day}, ${showTime(instant)}`;
}

/** How many days `to` is after `from`; negative if it is before. */
export function daysBetween(from: Day, to: Day): number {
  const ms = (day: Day): number => Date.UTC(day.year, day.month - 1, day.day);
  return Math.round((ms(to) - ms(from)) / DAY);
}

/** `32.808,5`. */
export function showNumber(value: number, decimals = 0): string {
  return numbers(decimals, decimals).format(value);
}

/** `78,9 %`, of a share between 0 and 1. */
export function showShare(share: number): string {
  return `${numbers(1, 1).format(share * 100)}${NBSP}%`;
}

/** `142/180`: a count with its goal. */
export function showCount(count: number, total: number): string {
  return `${showNumber(count)}/${showNumber(total)}`;
}

/** `2,4 MB`. */
export function showMegabytes(bytes: number): string {
  return `${numbers(0, 1).format(bytes / 1_000_000)}${NBSP}MB`;
}

const weekdays = [
  m.common_sunday,
  m.common_monday,
  m.common_tuesday,
  m.common_wednesday,
  m.common_thursday,
  m.common_friday,
  m.common_saturday,
];

function inVietnam(instant: Instant): Date {
  return new Date(instant * 1000 + 7 * HOUR);
}

function numbers(least: number, most: number): Intl.NumberFormat {
  return new Intl.NumberFormat('vi', { minimumFractionDigits: least, maximumFractionDigits: most });
}

function two(part: number): string {
  return String(part).padStart(2, '0');
}
