import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it, vi, type Mock } from 'vitest';
import type { People, RoleChange } from '$lib/generated/types';
import { route } from '$lib/route.svelte';
import { undo } from '$lib/undo.svelte';
import NewRole from './NewRole.svelte';
import NewRoleCheck from './NewRoleCheck.svelte';

const core = vi.hoisted((): Record<'people' | 'roleChange' | 'changeRole', Mock> => ({
  people: vi.fn(),
  roleChange: vi.fn(),
  changeRole: vi.fn(),
}));
vi.mock('$lib/generated/commands', () => core);

const page: Partial<People> = {
  people: [],
  roles: [
    {
      slug: 'village-head',
      label: 'Trưởng thôn',
      places: [
        { place: 'village:1', label: 'Thôn 1' },
        { place: 'village:3', label: 'Thôn 3' },
      ],
    },
    { slug: 'health', label: 'Trạm Y tế', places: [] },
  ],
};
const change: RoleChange = {
  person: 'Lê Văn Hùng',
  what: 'Điện thoại',
  short: '3fa9c120',
  from: 'Trưởng thôn, Thôn 3',
  to: 'Trưởng thôn, Thôn 1',
  ends: [{ says: 'Không ghi vào', books: ['Sổ thôn (Thôn 3)'] }],
  begins: [{ says: 'Ghi vào', books: ['Sổ thôn (Thôn 1)'] }],
  asks: false,
};
const input = { device: 'd', role: 'village-head', place: 'village:1' };

beforeEach(() => {
  core.people.mockReset().mockResolvedValue(page);
  core.roleChange.mockReset().mockResolvedValue(change);
  core.changeRole.mockReset().mockResolvedValue(page);
  route.reset('people');
});

it('a role of the commune asks for no place, one of a village does; nothing is changed by looking', async () => {
  render(NewRole, { device: 'd' });
  await userEvent.click(await screen.findByRole('radio', { name: 'Trạm Y tế' }));
  expect(screen.queryByRole('radio', { name: 'Thôn 1' })).toBeNull();
  await userEvent.click(screen.getByRole('radio', { name: 'Trưởng thôn' }));
  await userEvent.click(screen.getByRole('radio', { name: 'Thôn 1' }));
  await userEvent.click(screen.getByRole('button', { name: 'Xem trước thay đổi' }));
  expect(core.roleChange).toHaveBeenCalledWith(input);
  await waitFor(() => {
    expect(route.current.at).toEqual({ screen: 'newRoleCheck', params: { input } });
  });
  expect(core.changeRole).not.toHaveBeenCalled();
});

it('what the core asks for stands beside its field, and no other page opens', async () => {
  core.roleChange.mockRejectedValue({
    code: 'fields',
    says: '',
    problems: [{ sub: null, field: 'role', says: 'Chọn vai trò.' }],
    until: null,
  });
  render(NewRole, { device: 'd' });
  await userEvent.click(await screen.findByRole('button', { name: 'Xem trước thay đổi' }));
  expect((await screen.findAllByText('Chọn vai trò.')).length).toBe(2);
  expect(route.current.at.screen).toBe('people');
});

it('what ends and what begins is said before the role is given, and afterwards what it is', async () => {
  render(NewRoleCheck, { input });
  expect(await screen.findByText('Sổ thôn (Thôn 3)')).toBeTruthy();
  expect(screen.getByText('Sổ thôn (Thôn 1)')).toBeTruthy();
  expect(screen.queryByText(/ngăn kín/)).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Đổi vai trò của máy này' }));
  expect(core.changeRole).toHaveBeenCalledWith(input);
  await waitFor(() => {
    expect(undo.offer?.says).toBe('Điện thoại của Lê Văn Hùng từ nay: Trưởng thôn, Thôn 1');
  });
});
