import type { Session } from '../session/session-api';
import type { SessionState } from '../session/state';
import { byId, setText } from '../view/elements';
import { offer } from '../view/offer';
import { linkOf } from './link';
import { pictureOf } from './picture';

/** The link and the picture of a run. */
export function mountShare(
  session: () => Session | null,
  mask: (width: number) => HTMLCanvasElement | null,
  complain: (text: string) => void,
): (state: SessionState) => void {
  const link = byId<HTMLInputElement>('link');
  const picture = byId<HTMLButtonElement>('picture');
  byId('copy').addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(link.value);
      setText(byId('share-status'), 'The link is in the clipboard.');
    } catch {
      link.select();
      setText(byId('share-status'), 'The browser keeps its clipboard closed; the link is selected to copy.');
    }
  });
  picture.addEventListener('click', async () => {
    const state = session()?.state();
    if (state === undefined || picture.getAttribute('aria-disabled') === 'true') return;
    try {
      offer(`synaprune-${state.task}.png`, await pictureOf(state, mask(PICTURE_WIDTH)));
      setText(byId('share-status'), 'The picture is among your downloads.');
    } catch (error) {
      complain(`The picture could not be made: ${(error as Error).message}`);
    }
  });
  return (state) => {
    const address = linkOf(state, location.href);
    if (link.value !== address) link.value = address;
    picture.setAttribute('aria-disabled', String(state.after === null));
  };
}

const PICTURE_WIDTH = 1088;
