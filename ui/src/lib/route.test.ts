import { waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Route } from './route.svelte';

let route: Route;
let unfollow: () => void;

beforeEach(() => {
  route = new Route({ screen: 'today', params: {} });
  unfollow = route.follow();
});

afterEach(() => {
  unfollow();
});

const comesTo = (screen: string): Promise<void> =>
  waitFor(() => {
    expect(route.current.at.screen).toBe(screen);
  });

it('going back finds what was typed and filtered as it was left', async () => {
  route.current.keep('list', () => ({ text: '' })).text = 'nguyen';
  route.go('help');
  expect(route.current.keep('list', () => ({ text: '' })).text).toBe('');
  route.back();
  await comesTo('today');
  expect(route.current.keep('list', () => ({ text: '' })).text).toBe('nguyen');
  expect(route.canGoBack).toBe(false);
});

it('nobody goes back to a form that was replaced by its record', async () => {
  route.go('households');
  route.replace('books');
  route.back();
  await comesTo('today');
});

it('after a reset, what was before it is not come back to', async () => {
  route.go('households');
  route.reset('help');
  expect(route.canGoBack).toBe(false);
  history.back();
  await comesTo('help');
});
