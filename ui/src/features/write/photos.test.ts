import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { mockIPC, clearMocks } from '@tauri-apps/api/mocks';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Form, FormInput, PhotoAsk, PhotoInput, PhotoRow, RecordPage } from '$lib/generated/types';
import { route } from '$lib/route.svelte';
import PhotoPage from '../record/PhotoPage.svelte';
import Photos from '../record/Photos.svelte';
import Write from './Write.svelte';

const row = (photo: string, name: string): PhotoRow => ({
  photo,
  name,
  size: '40 KB',
  taken: false,
  delivery: null,
});

const form: Form = {
  kind: 'pledge',
  key: 'pledge/1',
  title: 'Sửa bản cam kết hộ',
  purpose: '',
  groups: [],
  lists: [],
  places: [],
  values: {},
  subs: [],
  draft: null,
  place: null,
  teller: null,
  names: {},
  sealed: false,
  drops: false,
  follows: false,
  reviewed: false,
  behalf: [],
  behalfSaid: null,
  photos: [row('files/1', 'cu.jpg')],
};

let added: PhotoInput[] = [];
let looked: PhotoAsk[] = [];
let saved: FormInput[] = [];
let answers: Record<string, (args: unknown) => unknown>;

beforeEach(() => {
  [added, looked, saved] = [[], [], []];
  answers = {
    form: () => form,
    keep_draft: () => ({ id: 'd1', at: 1749558720 }),
    add_photo: (args) => {
      const { input } = args as { input: PhotoInput };
      added.push(input);
      return row(`p${String(added.length)}`, input.name);
    },
    photo: (args) => {
      looked.push((args as { ask: PhotoAsk }).ask);
      return { content: 'QUJD', says: '' };
    },
    save: (args) => {
      saved.push((args as { input: FormInput }).input);
      return { act: 'a1', key: 'pledge/1', title: '', notices: [], at: 0 };
    },
  };
  mockIPC((name, args) => answers[name]?.(args) ?? null, { shouldMockEvents: true });
  route.reset('today');
  route.go('form', { kind: 'pledge', key: 'pledge/1' });
});

afterEach(() => {
  clearMocks();
});

async function choose(...files: File[]): Promise<void> {
  render(Write, { kind: 'pledge', key: 'pledge/1' });
  await userEvent.upload(await screen.findByLabelText('Thêm ảnh'), files);
}

const picture = (name: string): File => new File(['ABC'], name, { type: 'image/jpeg' });

it('photos are added one by one, shown at once, and saved with those that were taken away', async () => {
  await choose(picture('một.jpg'), picture('hai.jpg'));
  await screen.findByText('hai.jpg');
  expect(added).toEqual([
    { draft: 'd1', name: 'một.jpg', content: 'QUJD' },
    { draft: 'd1', name: 'hai.jpg', content: 'QUJD' },
  ]);
  expect((await screen.findByAltText<HTMLImageElement>('Ảnh hai.jpg')).src).toBe(
    'data:image/jpeg;base64,QUJD',
  );
  expect(looked.map(({ key, draft, photo }) => [key, draft, photo])).toEqual([
    ['pledge/1', null, 'files/1'],
    [null, 'd1', 'p1'],
    [null, 'd1', 'p2'],
  ]);
  const tile = (name: string): HTMLElement => screen.getByText(name).closest('li') ?? document.body;
  await userEvent.click(within(tile('cu.jpg')).getByRole('button', { name: 'Bỏ ảnh' }));
  await userEvent.click(within(tile('một.jpg')).getByRole('button', { name: 'Bỏ ảnh' }));
  await userEvent.click(within(tile('hai.jpg')).getByRole('button', { name: 'Bỏ ảnh' }));
  await userEvent.click(within(tile('hai.jpg')).getByRole('button', { name: 'Lấy lại ảnh' }));
  await userEvent.click(screen.getByRole('button', { name: 'Lưu' }));
  await waitFor(() => {
    expect(saved).toHaveLength(1);
  });
  expect([saved[0]?.draft, saved[0]?.added, saved[0]?.taken]).toEqual(['d1', ['p2'], ['files/1']]);
});

it('why a photo was not added is said beside the others, and those go on', async () => {
  const well = answers['add_photo'];
  answers['add_photo'] = (args) => {
    if ((args as { input: PhotoInput }).input.name === 'don.pdf')
      throw { code: 'no_photo', says: 'Chỉ thêm được ảnh JPEG hoặc PNG.', until: null, problems: [] };
    return well?.(args);
  };
  await choose(picture('don.pdf'), picture('hai.jpg'));
  expect(await screen.findByText('don.pdf: Chỉ thêm được ảnh JPEG hoặc PNG.')).toBeTruthy();
  expect(await screen.findByText('hai.jpg')).toBeTruthy();
});

it('saving waits for a photo that is being added', async () => {
  let done: ((row: PhotoRow) => void) | undefined;
  answers['add_photo'] = () => new Promise((resolve) => (done = resolve));
  await choose(picture('một.jpg'));
  await screen.findByText('Đang thêm ảnh 1/1.');
  await waitFor(() => {
    expect(done).toBeDefined();
  });
  await userEvent.click(screen.getByRole('button', { name: 'Lưu' }));
  expect(saved).toHaveLength(0);
  done?.(row('p1', 'một.jpg'));
  await waitFor(() => {
    expect(saved[0]?.added).toEqual(['p1']);
  });
});

it('a draft that is thrown away while a photo is being added is not kept again', async () => {
  const waiting: { photo?: () => void; discard?: () => void } = {};
  let kept = 0;
  answers = {
    ...answers,
    form: (): Form => ({
      ...form,
      draft: {
        id: 'd1',
        title: '',
        kind: 'pledge',
        key: 'pledge/1',
        at: 0,
        about: '',
        unknown: [],
        of: null,
      },
    }),
    keep_draft: () => ({ id: 'd1', at: (kept += 1) }),
    add_photo: () => new Promise((resolve) => (waiting.photo = () => resolve(row('p1', 'một.jpg')))),
    discard_draft: () => new Promise((resolve) => (waiting.discard = () => resolve(null))),
  };
  await choose(picture('một.jpg'), picture('hai.jpg'));
  await screen.findByText('Đang thêm ảnh 1/2.');
  await waitFor(() => {
    expect(waiting.photo).toBeDefined();
  });
  expect(kept).toBe(1);
  await userEvent.click(screen.getByRole('button', { name: 'Bỏ bản nháp' }));
  waiting.photo?.();
  await waitFor(() => {
    expect(screen.queryByText(/Đang thêm ảnh/)).toBeNull();
  });
  expect(waiting.discard).toBeDefined();
  waiting.discard?.();
  expect(kept).toBe(1);
});

it('the name of a photo is covered with the other names, and is not in the title of the window', async () => {
  const photo = row('files/1', 'Nguyễn Văn An.jpg');
  render(PhotoPage, { photo, of: { key: 'pledge/1' } });
  expect((await screen.findByRole('heading', { name: photo.name })).classList).toContain('private');
  expect(document.title).toBe('Ảnh, giấy tờ · Sổ Thôn');
});

it('a kind that has no photos asks for none', async () => {
  answers['form'] = () => ({ ...form, photos: null });
  render(Write, { kind: 'pledge', key: 'pledge/1' });
  await screen.findByRole('button', { name: 'Lưu' });
  expect(screen.queryByText('Thêm ảnh')).toBeNull();
});

it('a photo that has not come says so, and one that was taken away is for who may take it back', async () => {
  answers['photo'] = () => ({ content: null, says: 'Ảnh này chưa về máy này.' });
  const photos = [row('files/1', 'moi.jpg'), { ...row('files/2', 'cu.jpg'), taken: true }];
  const page = {
    key: 'pledge/1',
    writes: true,
    voided: null,
    goesOnIn: null,
    photos,
  } as unknown as RecordPage;
  const never = (): Promise<void> => Promise.resolve();
  const { rerender } = render(Photos, { page, ontake: never, onback: never });
  expect(await screen.findByText('Ảnh này chưa về máy này.')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Lấy lại ảnh' })).toBeTruthy();
  await rerender({ page: { ...page, writes: false } });
  expect(screen.queryByText('cu.jpg')).toBeNull();
  expect(screen.queryByRole('button', { name: 'Bỏ ảnh' })).toBeNull();
});
