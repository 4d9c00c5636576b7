import { render, screen } from '@testing-library/svelte';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, beforeEach, expect, it } from 'vitest';
import Answer from './Answer.svelte';

beforeEach(() => {
  mockIPC(() => null);
});

afterEach(() => {
  clearMocks();
});

it('an answer that does not count is told, and that one may answer again', () => {
  const lost = '1 câu trả lời đã viết không được tính, nên người báo không đọc được. Mời trả lời lại.';
  render(Answer, { key: 'tip/1', reason: 'Xác minh', answers: { states: [], says: '', lost } });
  expect(screen.getByText(lost)).toBeDefined();
  expect(screen.getByRole('button', { name: 'Trả lời thêm' })).toBeDefined();
});
