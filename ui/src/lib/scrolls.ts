// Boxes that scroll by themselves: a wide table, a chart. Where nothing in one can be focused, the box itself can, or
// who has no mouse would never see its end.
import type { Attachment } from 'svelte/attachments';

/** Lets the box be reached by keys, under this name, while there is more in it than is seen. */
export function scrolls(name: string): Attachment<HTMLElement> {
  return (box) => {
    const look = (): void => {
      const more = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
      if (more && !box.querySelector('button, a[href], input')) {
        box.tabIndex = 0;
        box.setAttribute('role', 'region');
        box.setAttribute('aria-label', name);
      } else {
        for (const each of ['tabindex', 'role', 'aria-label']) box.removeAttribute(each);
      }
    };
    look();
    if (typeof ResizeObserver === 'undefined') return;
    const watch = new ResizeObserver(look);
    watch.observe(box);
    return () => {
      watch.disconnect();
    };
  };
}
