import { imageOf, loadDigits } from '../data/load-digits';
import type { RunWeights } from '../moments/layer-weights';
import { byId, setText } from '../view/elements';
import { mountBars, spoken } from './bars';
import { createNetwork, type Network } from './network';
import { mountPad, paint } from './pad';

/** A digit, and what both networks read. */
export interface ReadingView {
  /**
   * Reads with other weights; `null` where there are none.
   *
   * @param resting whether they stay: only then what was said aloud before is said anew
   */
  use(weights: RunWeights | null, resting: boolean): void;
  /** Puts an image on the pad. */
  place(image: Float32Array, what: string): void;
  redraw(): void;
}

/** Milliseconds of rest after a stroke before the reading is said aloud. */
const REST_MS = 700;

export function mountReading(): ReadingView {
  const show = mountBars();
  const seen = byId<HTMLCanvasElement>('seen');
  Object.assign(seen, { width: 56, height: 56 });
  let networks: { readonly dense: Network; readonly pruned: Network } | null = null;
  let image: Float32Array | null = null;
  let samples = 0;
  let timer = 0;
  let said = '';

  function read(): string {
    const readings = {
      dense: image === null || networks === null ? null : networks.dense.read(image),
      pruned: image === null || networks === null ? null : networks.pruned.read(image),
    };
    show(readings);
    return spoken(readings);
  }

  function drawSeen(): void {
    const context = seen.getContext('2d')!;
    context.clearRect(0, 0, seen.width, seen.height);
    if (image !== null) paint(context, image);
  }

  function explain(text: string): void {
    setText(byId('pad-what'), text);
  }

  const pad = mountPad((given, drawn) => {
    image = given;
    drawSeen();
    read();
    say();
    if (drawn) explain(given === null ? 'Draw one digit, large.' : 'Your own digit.');
  });

  /** Says aloud what the bars show by then. */
  function say(): void {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      said = read();
      setText(byId('pad-status'), said);
    }, REST_MS);
  }

  async function sample(): Promise<void> {
    try {
      const { test } = await loadDigits();
      // Steps through the digits, and through the hands that wrote them.
      const index = (samples * 1237 + 700) % test.count;
      samples += 1;
      place(imageOf(test, index), `A ${test.labels[index]} of the test part, which no network learnt from.`);
    } catch {
      explain('The test digits did not arrive; drawing works without them.');
    }
  }

  function place(given: Float32Array, what: string): void {
    pad.place(given);
    explain(what);
  }

  byId('pad-sample').addEventListener('click', () => void sample());
  if (image === null) void sample();
  read();

  return {
    use(weights, resting) {
      networks = weights === null ? null : networksOf(weights);
      read();
      if (said === '') return;
      // The bars have moved on: what was said of them holds no more.
      if (resting) say();
      else setText(byId('pad-status'), '');
    },
    place,
    redraw() {
      pad.redraw();
      drawSeen();
    },
  };
}

/** `null` where the weights are of another task. */
function networksOf({ dense, pruned }: RunWeights): { dense: Network; pruned: Network } | null {
  if (pruned[0]?.shape[0] !== 28 * 28) return null;
  return { dense: createNetwork(dense), pruned: createNetwork(pruned) };
}
