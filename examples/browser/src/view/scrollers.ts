/** Lets the keyboard reach tables that are wider than the page, and only those. */
export function mountScrollers(): void {
  const judge = (element: HTMLElement): void => {
    if (element.scrollWidth > element.clientWidth) {
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
    observer.observe(element);
    observer.observe(element.firstElementChild!);
  }
}
