import { byId } from './elements';

/** What the page has, by the hash of its address; one is shown at a time, the first unless another is asked for. */
const PLACES = ['digits', 'drop'];

/** Shows the place that the address names, and follows it. Calls back whenever another one came into view. */
export function mountPlaces(onChange: () => void): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('nav a')];
  const show = (): void => {
    const wanted = location.hash.slice(1);
    const shown = PLACES.find((place) => place === wanted) ?? PLACES[0]!;
    for (const place of PLACES) byId(place).hidden = place !== shown;
    for (const link of links) {
      if (link.hash === `#${shown}`) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  };
  addEventListener('hashchange', () => {
    show();
    onChange();
    // A browser scrolls to what the hash names; a place begins with the head of the page.
    if (PLACES.includes(location.hash.slice(1))) scrollTo(0, 0);
  });
  show();
}
