import { SIDE } from '../data/digits';
import { imageOf, loadDigits } from '../data/load-digits';
import { count } from '../format';
import type { LayerWeight } from '../moments/layer-weights';
import { createNetwork } from '../reading/network';
import { bytesOf } from '../view/colour';
import { byId, setText } from '../view/elements';

/** A unit of the first layer: what it looks at, which units it feeds, and which digits it answers to. */
export interface UnitView {
  use(weights: readonly LayerWeight[] | null): void;
  look(unit: number): void;
  redraw(): void;
}

export function mountUnit(): UnitView {
  const box = byId('unit-box');
  const choice = byId<HTMLInputElement>('unit');
  const [looks, feeds] = ['unit-looks', 'unit-feeds'].map((id) => byId<HTMLCanvasElement>(id)) as [
    HTMLCanvasElement,
    HTMLCanvasElement,
  ];
  let weights: readonly LayerWeight[] | null = null;

  function show(): void {
    const [first, , second] = weights ?? [];
    const usable = first?.shape[0] === SIDE * SIDE && second !== undefined;
    box.hidden = !usable;
    if (!usable) return;
    const [units, others] = [first.shape[1]!, second.shape[1]!];
    choice.max = String(units);
    const unit = Math.min(units, Math.max(1, choice.valueAsNumber || 1)) - 1;
    const incoming = Float32Array.from({ length: SIDE * SIDE }, (_, i) => first.values[i * units + unit]!);
    const outgoing = second.values.slice(unit * others, (unit + 1) * others);
    drawSigned(looks, incoming, SIDE);
    drawSigned(feeds, outgoing, Math.ceil(Math.sqrt(others)));
    const kept = (values: Float32Array) => values.filter((value) => value !== 0).length;
    const words = `Unit ${unit + 1} looks at ${count(kept(incoming))} of ${count(SIDE * SIDE)} pixels and feeds ${kept(outgoing)} of ${others} units.`;
    looks.setAttribute(
      'aria-label',
      `Input weights of unit ${unit + 1}: ${kept(incoming)} of ${SIDE * SIDE} kept.`,
    );
    feeds.setAttribute(
      'aria-label',
      `Outgoing weights of unit ${unit + 1}: ${kept(outgoing)} of ${others} kept.`,
    );
    setText(byId('unit-text'), words);
    void sayDigits(weights!, unit, words);
  }

  async function sayDigits(given: readonly LayerWeight[], unit: number, words: string): Promise<void> {
    const means = await meanAnswers(given, unit).catch(() => null);
    if (means === null || given !== weights || byId('unit-text').textContent !== words) return;
    const order = means.map((_, digit) => digit).sort((a, b) => means[b]! - means[a]!);
    const answer =
      means[order[0]!] === 0
        ? 'It answers to no digit any more.'
        : `It answers most to ${order[0]} and ${order[1]}, least to ${order[9]}.`;
    setText(byId('unit-text'), `${words} ${answer}`);
  }

  choice.addEventListener('input', show);
  return {
    use(given) {
      weights = given;
      show();
    },
    look(unit) {
      choice.value = String(unit + 1);
      show();
    },
    redraw: show,
  };
}

/** Test images that a unit is asked about. */
const ASKED = 400;

/** What a unit answers to each digit, in the mean over some test images. */
async function meanAnswers(weights: readonly LayerWeight[], unit: number): Promise<number[]> {
  const { test } = await loadDigits();
  const [kernel, bias] = weights as [LayerWeight, LayerWeight];
  const units = kernel.shape[1]!;
  const alone = createNetwork([
    { name: '', shape: [SIDE * SIDE, 1], values: kernel.values.filter((_, i) => i % units === unit) },
    { name: '', shape: [1], values: bias.values.slice(unit, unit + 1) },
  ]);
  const [sums, counts] = [Array<number>(10).fill(0), Array<number>(10).fill(0)];
  for (let i = 0; i < ASKED; i += 1) {
    const index = Math.floor((i * test.count) / ASKED);
    const digit = test.labels[index]!;
    sums[digit]! += alone.firstLayer(imageOf(test, index))[0]!;
    counts[digit]! += 1;
  }
  return sums.map((sum, digit) => sum / Math.max(1, counts[digit]!));
}

/** Weights as pixels: one colour above zero, another below, paper where there is none. */
function drawSigned(canvas: HTMLCanvasElement, values: Float32Array, across: number): void {
  Object.assign(canvas, { width: across, height: Math.ceil(values.length / across) });
  const context = canvas.getContext('2d')!;
  const picture = context.createImageData(canvas.width, canvas.height);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12);
  const [above, below, none] = [bytesOf('--kept'), bytesOf('--fresh'), bytesOf('--dropped')];
  for (const [i, value] of values.entries()) {
    const strength = value === 0 ? 0 : 0.25 + (0.75 * Math.abs(value)) / largest;
    const colour = value > 0 ? above : below;
    for (let part = 0; part < 3; part += 1) {
      picture.data[4 * i + part] = none[part]! + strength * (colour[part]! - none[part]!);
    }
    picture.data[4 * i + 3] = 255;
  }
  context.putImageData(picture, 0, 0);
}
