import { byId, make } from './elements';

/** Shows what there is to know, in words, until it is dismissed. Several at once are shown as a list. */
export function mountNotice(): (text: string) => void {
  const [box, words] = [byId('notice'), byId('notice-text')];
  let told: string[] = [];
  byId('notice-close').addEventListener('click', () => {
    box.hidden = true;
    told = [];
    words.replaceChildren();
    byId('go').focus();
  });
  return (text) => {
    told.push(text);
    words.replaceChildren(
      told.length === 1
        ? make('p', text)
        : make(
            'ul',
            told.map((each) => make('li', each)),
          ),
    );
    box.hidden = false;
  };
}
