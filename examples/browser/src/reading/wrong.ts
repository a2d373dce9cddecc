import { imageOf, loadDigits } from '../data/load-digits';
import { count } from '../format';
import type { RunWeights } from '../moments/layer-weights';
import { byId, make, setText } from '../view/elements';
import { createNetwork, likeliest, type Network } from './network';
import { paint } from './pad';

/** Test digits that the pruned network reads wrongly. */
export interface WrongView {
  /** Looks again a moment after the last call; `null` empties the list. */
  use(weights: RunWeights | null): void;
  redraw(): void;
}

const SHOWN = 20;
const REST_MS = 250;

/** Lists wrongly read digits; each can be put on the pad. */
export function mountWrong(place: (image: Float32Array, what: string) => void): WrongView {
  const host = byId('wrong');
  let timer = 0;
  let pictures: { canvas: HTMLCanvasElement; image: Float32Array }[] = [];

  async function look({ dense, pruned }: RunWeights): Promise<void> {
    const { test } = await loadDigits();
    const nets: readonly [Network, Network] = [createNetwork(pruned), createNetwork(dense)];
    const wrong: { index: number; label: number; read: number; denseRead: number }[] = [];
    let denseWrong = 0;
    for (let index = 0; index < test.count; index += 1) {
      const image = imageOf(test, index);
      const [read, denseRead] = nets.map((net) => likeliest(net.read(image))) as [number, number];
      const label = test.labels[index]!;
      if (denseRead !== label) denseWrong += 1;
      if (read !== label) wrong.push({ index, label, read, denseRead });
    }
    const onlyPruned = wrong.filter(({ label, denseRead }) => denseRead === label).length;
    const both = wrong.length - onlyPruned;
    setText(
      byId('wrong-text'),
      `${count(wrong.length)} of ${count(test.count)} test digits are read wrongly by the pruned network, ` +
        `${count(denseWrong)} by its dense twin, ${count(both)} of them by both.`,
    );
    // Some of each class, not only the zeros.
    const shown = Array.from(
      { length: Math.min(SHOWN, wrong.length) },
      (_, i) => wrong[Math.floor((i * wrong.length) / Math.min(SHOWN, wrong.length))]!,
    );
    pictures = [];
    host.replaceChildren(
      ...shown.map(({ index, label, read, denseRead }) => {
        const image = imageOf(test, index);
        const canvas = make('canvas', '', { width: '56', height: '56', 'aria-hidden': 'true' });
        const words = `A ${label}, read as ${read}; the dense twin reads ${denseRead}.`;
        const button = make(
          'button',
          [canvas, make('span', `${label} → ${read}`, { 'aria-hidden': 'true' })],
          {
            type: 'button',
            class: 'digit',
            title: words,
            'aria-label': `${label} → ${read}: ${words} Put it on the pad`,
          },
        );
        button.addEventListener('click', () => place(image, words));
        pictures.push({ canvas, image });
        return make('li', [button]);
      }),
    );
    redraw();
  }

  function redraw(): void {
    for (const { canvas, image } of pictures) {
      const context = canvas.getContext('2d')!;
      context.clearRect(0, 0, canvas.width, canvas.height);
      paint(context, image);
    }
  }

  return {
    use(weights) {
      clearTimeout(timer);
      if (weights === null) {
        setText(byId('wrong-text'), 'They are looked for when the run pauses or ends.');
        host.replaceChildren();
        pictures = [];
        return;
      }
      timer = window.setTimeout(() => {
        look(weights).catch(() => setText(byId('wrong-text'), 'The test digits did not arrive.'));
      }, REST_MS);
    },
    redraw,
  };
}
