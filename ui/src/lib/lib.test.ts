import { mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AppError, call } from './api';
import { apart, reach } from './chart';
import {
  dayOf,
  daysBetween,
  showCount,
  showDay,
  showMoment,
  showNumber,
  showRecent,
  showShare,
  showWeekday,
} from './format';
import { callName, finds, fold, inShort } from './text';

afterEach(() => {
  vi.useRealTimers();
});

const at = Date.UTC(2026, 0, 4, 18, 30) / 1000;

describe('dates and numbers', () => {
  it('are those of Việt Nam, whatever the device is set to', () => {
    expect(showMoment(at)).toBe('05/01/2026 01:30');
    expect(showDay('2026-01-05')).toBe('05/01/2026');
    expect(showWeekday('2026-01-05')).toBe('Thứ Hai, 05/01/2026');
    expect(daysBetween({ year: 2025, month: 12, day: 31 }, dayOf(at))).toBe(5);
  });

  it('are relative only beside the absolute', () => {
    vi.useFakeTimers({ now: at * 1000, toFake: ['Date'] });
    expect(showRecent(at)).toBe('Hôm nay, 01:30');
    expect(showRecent(at - 86_400)).toBe('Hôm qua, 04/01/2026 01:30');
    expect(showRecent(at - 2 * 86_400)).toBe('03/01/2026, 01:30');
  });

  it('stand as they are written here', () => {
    expect(showNumber(32808.5, 1)).toBe('32.808,5');
    expect(showShare(0.7888)).toBe('78,9\u00a0%');
    expect(showCount(1142, 1180)).toBe('1.142/1.180');
  });
});

describe('search', () => {
  it('finds with and without marks, in any order, NFC and NFD alike', () => {
    expect(fold('Đặng Thị Ước')).toBe('dang thi uoc');
    for (const typed of ['nguyen van an', 'an nguyen', 'Ân', 'Ân'.normalize('NFD'), 'ngu']) {
      expect(finds(typed, 'Nguyễn Văn Ân')).toBe(true);
    }
    expect(finds('binh', 'Nguyễn Văn Ân')).toBe(false);
    expect(callName('Nguyễn Văn Ân ')).toBe('Ân');
  });
});

describe('charts', () => {
  it('keep names at lines’ ends apart', () => {
    const ends = apart(
      [
        { name: 'a', values: [1, 50] },
        { name: 'b', values: [1, 51, null] },
        { name: 'c', values: [null] },
      ],
      (value) => 100 - value,
      20,
    );
    expect(ends.map((end) => [end.name, end.y])).toEqual([
      ['b', 49],
      ['a', 69],
    ]);
  });

  it('begin at 0 and end at a round figure', () => {
    expect(reach([{ values: [3, null, 115] }])).toBe(150);
    expect(reach([{ values: [] }])).toBe(1);
  });
});

describe('a command', () => {
  it('throws what the core refused, as a sentence with its fields', async () => {
    mockIPC(() => {
      throw { code: 'wrong', says: 'Mật khẩu chưa đúng.', problems: [], until: 1_767_500_000 };
    });
    const refused = await call('unlock').catch((thrown: unknown) => thrown);
    expect(refused).toBeInstanceOf(AppError);
    expect(refused).toMatchObject({ code: 'wrong', says: 'Mật khẩu chưa đúng.', until: 1_767_500_000 });
  });

  it('keeps the words of what it does not know', () => {
    expect(AppError.of(new Error('no window'))).toMatchObject({ code: 'window', says: 'no window' });
  });
});

it('a megabyte stands in a row as its first letters, and no letter loses its marks', () => {
  expect(inShort('Lê Thị Ánh')).toBe('Lê Thị Ánh');
  expect(inShort('ệ'.normalize('NFD').repeat(300_000), 3)).toBe('ệệệ…');
  expect(inShort('Nguyễn '.repeat(150_000))).toHaveLength(81);
});
