import { byId } from './elements';

/** Shows what there is to know, in words, until it is dismissed. Several at once are shown together. */
export function mountNotice(): (text: string) => void {
  const [box, words] = [byId('notice'), byId('notice-text')];
  byId('notice-close').addEventListener('click', () => {
    box.hidden = true;
    words.textContent = '';
    byId('go').focus();
  });
  return (text) => {
    words.textContent = [words.textContent, text].filter((part) => part !== '').join(' ');
    box.hidden = false;
  };
}
