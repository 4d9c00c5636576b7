// A date as it is typed, in three boxes as on a paper form, and as one string: "5/6/2026", "5/6/" while the year is
// missing, "1968" where the year alone will do. Nothing is judged here; the core does that.

/** What stands in the boxes. */
export interface DateParts {
  day: string;
  month: string;
  year: string;
  /** "19:30", where a time is asked for. */
  time: string;
}

/** The parts of a value; also of a whole date as the core shows it. */
export function splitDate(value: string): DateParts {
  const text = value.trim();
  const whole = spreadDate(text);
  if (whole) return { time: '', ...whole };
  if (/^\d{4}$/.test(text)) return { day: '', month: '', year: text, time: '' };
  const gap = text.lastIndexOf(' ');
  const [date, time] = gap < 0 ? [text, ''] : [text.slice(0, gap), text.slice(gap + 1)];
  const [day = '', month = '', ...year] = date.split('/');
  return { day, month, year: year.join('/'), time };
}

/** The parts as one string, as typed; empty if nothing is. */
export function joinDate(parts: DateParts, yearAlone = false): string {
  const { day, month, year, time } = parts;
  const date = joinDay(day, month, year, yearAlone);
  if (time === '') return date;
  return `${date} ${time}`;
}

/** A whole date in one text: "05/01/2026", "5-1-2026", "05012026", "2026-01-05", each also with a time behind it. */
export function spreadDate(text: string): (Omit<DateParts, 'time'> & { time?: string }) | undefined {
  const parts =
    /^(?<day>\d{1,2})[/.\-\s](?<month>\d{1,2})[/.\-\s](?<year>\d{4})(?:,?\s+(?<time>\d{1,2}:\d{2}))?$/.exec(
      text.trim(),
    ) ??
    /^(?<day>\d{2})(?<month>\d{2})(?<year>\d{4})$/.exec(text.trim()) ??
    /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[T\s](?<time>\d{2}:\d{2}))?/.exec(text.trim());
  const { day, month, year, time } = parts?.groups ?? {};
  if (!day || !month || !year) return undefined;
  return { day, month, year, ...(time ? { time } : {}) };
}

function joinDay(day: string, month: string, year: string, yearAlone: boolean): string {
  if (day === '' && month === '' && year === '') return '';
  // A whole date typed into the first box is left to the core.
  if (month === '' && year === '' && /[/.\-\s]|\d{8}/.test(day.trim())) return day;
  if (yearAlone && day === '' && month === '') return year;
  return `${day}/${month}/${year}`;
}
