// @ts-check
/* In the reader's browser: a table that is wider than the page says that it moves sideways, and the keyboard reaches it. */
addEventListener('DOMContentLoaded', () => {
  for (const table of document.querySelectorAll('.tsd-typography table')) {
    const hint = document.createElement('p');
    hint.className = 'sideways';
    hint.textContent = 'The table moves sideways.';
    table.after(hint);
    new ResizeObserver(() => {
      const wide = table.scrollWidth > table.clientWidth;
      hint.hidden = !wide;
      if (wide) table.setAttribute('tabindex', '0');
      else table.removeAttribute('tabindex');
    }).observe(table);
  }
});
