import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import LockSoon from './components/LockSoon.svelte';
import type { Me, Settings, Welcome } from './generated/types';
import { language } from './language.svelte';
import { route } from './route.svelte';
import { session } from './session.svelte';

const settings: Settings = { language: 'vi', text: 100, theme: 'system', lockMinutes: 15, silentDays: 7 };

const folder: Welcome['folders'][number] = {
  id: 'so-1',
  title: 'Trưởng thôn, Thôn 3',
  commune: 'Xã Quang Trung',
  practice: false,
  standing: 'admitted',
  waitUntil: null,
  trouble: null,
};

const person: Me = {
  folder: 'so-1',
  person: 'Lê Văn Hùng',
  role: 'Trưởng thôn',
  roleSlug: 'village-head',
  place: 'Thôn 3',
  commune: 'Xã Quang Trung',
  head: { superiors: [], commune: 'Xã Quang Trung' },
  villages: [],
  communeWide: false,
  today: '2025-06-10',
  practice: false,
  standing: 'admitted',
  places: ['today', 'households', 'books', 'exchange', 'help'],
  registrar: false,
  sheetWaits: false,
  clockTrouble: null,
};

let welcome: Welcome;
let me: Me;
let called: string[];

beforeEach(async () => {
  welcome = {
    settings,
    languageChosen: true,
    folders: [folder],
    open: null,
    brought: null,
    version: '0.1.0',
  };
  me = person;
  called = [];
  mockIPC((name, args) => {
    called.push(name);
    if (name === 'welcome') return welcome;
    if (name === 'me') return me;
    if (name === 'keep_settings') return (args as { settings: Settings }).settings;
    return null;
  });
  // What one test left behind is locked away before the next begins.
  session.hear({ type: 'locked', idle: false });
  await session.begin();
  called = [];
});

afterEach(() => {
  clearMocks();
});

const at = (): string => route.current.at.screen;

it('whose machine is new chooses the language first, whose book is there is asked for the passphrase', async () => {
  expect(at()).toBe('unlock');
  welcome = { ...welcome, folders: [], languageChosen: false };
  await session.begin();
  expect(at()).toBe('language');
  welcome = { ...welcome, languageChosen: true };
  await session.begin();
  expect(at()).toBe('start');
});

it('a window that is opened while a book is open comes to its home', async () => {
  welcome = { ...welcome, open: 'so-1' };
  await session.begin();
  expect(at()).toBe('today');
  expect(session.me?.person).toBe('Lê Văn Hùng');
});

it('who is not admitted yet waits, in whatever way the book was opened', async () => {
  await session.enter({ ...person, standing: 'waiting' });
  expect(at()).toBe('waiting');
});

it('founding goes on at the recovery sheet, in whatever way the book was opened', async () => {
  await session.enter({ ...person, sheetWaits: true });
  expect(at()).toBe('sheet');
});

it('a lock leads to the door from every screen, forgets whose book it was, and says why', async () => {
  await session.enter(person);
  route.go('settings');
  session.hear({ type: 'locked', idle: true });
  expect(at()).toBe('unlock');
  expect(route.canGoBack).toBe(false);
  expect(session.me).toBeUndefined();
  expect(session.lockedIdle).toBe(true);
  await session.enter(person);
  expect(session.lockedIdle).toBe(false);
});

it('another language asks anew what the core says in it', async () => {
  await session.enter(person);
  me = { ...person, role: 'Village head' };
  await session.keep({ language: 'en' });
  expect(session.me?.role).toBe('Village head');
  expect(language.current).toBe('en');
  expect(document.documentElement.lang).toBe('en');
  await session.keep({ language: 'vi' });
});

it('the practice commune has its colours as long as it is open', async () => {
  await session.enter({ ...person, practice: true });
  expect(document.documentElement.hasAttribute('data-practice')).toBe(true);
  session.hear({ type: 'locked', idle: false });
  expect(document.documentElement.hasAttribute('data-practice')).toBe(false);
});

it('covered names are shown again by the same key, and never outlast the book', async () => {
  const stop = session.start();
  await session.enter(person);
  await userEvent.keyboard('{F8}');
  expect(document.documentElement.hasAttribute('data-names-hidden')).toBe(true);
  await userEvent.keyboard('{F8}');
  expect(document.documentElement.hasAttribute('data-names-hidden')).toBe(false);
  await userEvent.keyboard('{F8}');
  session.hear({ type: 'locked', idle: false });
  expect(session.namesHidden).toBe(false);
  stop();
});

it('that somebody is there is told once in a while, not with every key', async () => {
  const stop = session.start();
  await session.enter(person);
  vi.useFakeTimers({ now: Date.now() + 60_000 });
  try {
    const stays = (): number => called.filter((name) => name === 'stay').length;
    for (let n = 0; n < 5; n += 1) window.dispatchEvent(new Event('pointerdown'));
    expect(stays()).toBe(1);
    vi.advanceTimersByTime(21_000);
    window.dispatchEvent(new Event('pointerdown'));
    expect(stays()).toBe(2);
  } finally {
    vi.useRealTimers();
    stop();
  }
});

it('before the lock falls it is asked, and "Ở lại" keeps the book open', async () => {
  await session.enter(person);
  render(LockSoon);
  expect(screen.queryByRole('alertdialog')).toBeNull();
  session.hear({ type: 'lockSoon', seconds: 30 });
  const dialog = await screen.findByRole('alertdialog');
  expect(dialog.textContent).toContain('30 giây');
  await userEvent.click(screen.getByRole('button', { name: 'Ở lại' }));
  expect(called).toContain('stay');
  await waitFor(() => {
    expect(screen.queryByRole('alertdialog')).toBeNull();
  });
  expect(session.me).toBeDefined();
});

it('with no book open nothing is said of locking', () => {
  session.hear({ type: 'lockSoon', seconds: 30 });
  expect(session.lockSoon).toBe(0);
});
