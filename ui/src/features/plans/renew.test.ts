import { render, screen } from '@testing-library/svelte';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, expect, it } from 'vitest';
import type { RenewPage } from '$lib/generated/types';
import { route } from '$lib/route.svelte';
import Renew from './Renew.svelte';

const page = (own: boolean): RenewPage => ({
  plan: 'own-plan/a',
  name: 'Kế hoạch thôn năm 2026',
  own,
  period: 'từ 01/01/2026 đến 31/12/2026',
  tasks: 3,
  suggested: {
    plan: 'own-plan/a',
    name: 'Kế hoạch thôn năm 2026',
    number: '',
    issuedOn: '',
    from: '01/01/2027',
    until: '31/12/2027',
  },
});

afterEach(() => {
  route.reset('tasks');
  clearMocks();
});

it.each([
  [true, 'Ngày lập', false],
  [false, 'Ngày ban hành', true],
])('of a village’s own plan no number is asked (own: %s)', async (own, day, numbered) => {
  mockIPC((name) => (name === 'renewing' ? page(own) : null), { shouldMockEvents: true });
  render(Renew, { plan: 'own-plan/a' });
  expect(await screen.findByText(day)).toBeTruthy();
  expect(screen.queryByLabelText('Số, ký hiệu') !== null).toBe(numbered);
});
