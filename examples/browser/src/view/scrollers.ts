import { make } from './elements';

/** Says of tables that are wider than the page that they move sideways, and lets the keyboard reach those alone. */
export function mountScrollers(): void {
  const hints = new Map<HTMLElement, HTMLElement>();
  const judge = (element: HTMLElement): void => {
    const wide = element.scrollWidth > element.clientWidth;
    hints.get(element)!.hidden = !wide;
    if (wide) {
      element.tabIndex = 0;
      element.role = 'region';
      element.ariaLabel = element.dataset.label ?? null;
    } else {
      for (const name of ['tabindex', 'role', 'aria-label']) element.removeAttribute(name);
    }
  };
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) judge(target.closest<HTMLElement>('.scroll')!);
  });
  for (const element of document.querySelectorAll<HTMLElement>('.scroll')) {
    const hint = make('p', 'The table moves sideways.', { class: 'hint sideways', hidden: '' });
    element.after(hint);
    hints.set(element, hint);
    observer.observe(element);
    observer.observe(element.firstElementChild!);
  }
}
