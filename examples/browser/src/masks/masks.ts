import type { NamedMask } from '@synaprune/core';
import { portion } from '@synaprune/examples-kit/format';
import { count } from '../format';
import { bytesOf } from '../view/colour';
import { byId, fillTable, make, setText } from '../view/elements';
import { isKept, layoutOf } from './mask-layout';

/** The pictures and the table of the masks. */
export interface MasksView {
  /** Draws masks; what those before them in the run still had and these have not is drawn as dropped just now. */
  show(masks: readonly NamedMask[] | null, before: readonly NamedMask[] | null): void;
  /** The first mask on a canvas of its own, for a picture of at most so many pixels across; `null` where there is none. */
  picture(width: number): HTMLCanvasElement | null;
  /** Draws the same again: other colours, another width. */
  redraw(): void;
}

/** A weight is drawn as at most so many pixels a side, and a mask is not blown up beyond this width. */
const LARGEST_SCALE = 3;
const LARGEST_WIDTH = 520;

/** @param onUnit called with the unit whose image was clicked */
export function mountMasks(onUnit: (unit: number) => void): MasksView {
  const host = byId('masks');
  const [table, hint] = [byId<HTMLTableElement>('layers'), byId('masks-hint')];
  const figures = new Map<string, { canvas: HTMLCanvasElement; caption: HTMLElement }>();
  let [current, previous]: [readonly NamedMask[], Map<string, Uint8Array>] = [[], new Map()];

  function figureOf(name: string): { canvas: HTMLCanvasElement; caption: HTMLElement } {
    const known = figures.get(name);
    if (known !== undefined) return known;
    const created = { canvas: make('canvas', '', { role: 'img' }), caption: make('figcaption') };
    created.canvas.addEventListener('click', (event) => {
      const mask = current.find((candidate) => candidate.name === name);
      if (mask === undefined) return;
      const { unitAt } = layoutOf(mask.shape, host.clientWidth);
      const { canvas } = created;
      const scale = canvas.width / canvas.clientWidth;
      const unit = unitAt?.(Math.floor(event.offsetX * scale), Math.floor(event.offsetY * scale));
      if (unit != null) onUnit(unit);
    });
    host.append(make('figure', [created.caption, created.canvas]));
    figures.set(name, created);
    return created;
  }

  function redraw(): void {
    const now = colours();
    for (const mask of current) {
      const { canvas, caption } = figureOf(mask.name);
      const arrangement = draw(canvas, mask, previous.get(mask.name), host.clientWidth, now);
      const all = elementsOf(mask);
      const counts = `${count(mask.kept)} of ${count(all)} kept, ${portion(1 - mask.kept / all)} dropped`;
      setText(caption, `${mask.name}: ${counts}`);
      canvas.setAttribute('aria-label', `Mask of ${mask.name}, ${arrangement}: ${counts}.`);
    }
  }

  return {
    show(masks, before) {
      if (masks === null) {
        figures.clear();
        host.replaceChildren();
        previous = new Map();
        current = [];
      } else {
        previous = new Map(before?.map(({ name, bits }) => [name, bits]));
        current = masks;
        if (current.some(({ name }) => !figures.has(name))) {
          figures.clear();
          host.replaceChildren();
        }
      }
      setText(hint, current.length === 0 ? '· appear once a run has begun.' : '');
      listLayers(table, current);
      redraw();
    },
    picture(width) {
      const [mask] = current;
      if (mask === undefined) return null;
      const canvas = make('canvas');
      draw(canvas, mask, undefined, width, colours());
      return canvas;
    },
    redraw,
  };
}

/** Colours as a picture has them in memory: a number for four bytes. */
function colours(): Colours {
  const pixelOf = (name: string) => new Uint32Array(Uint8Array.of(...bytesOf(name), 255).buffer)[0]!;
  return { kept: pixelOf('--kept'), dropped: pixelOf('--dropped'), fresh: pixelOf('--fresh') };
}

function listLayers(table: HTMLTableElement, masks: readonly NamedMask[]): void {
  const row = (name: string, shape: string, all: number, kept: number) => [
    name,
    shape,
    count(all),
    count(kept),
    all === 0 ? '–' : portion(1 - kept / all),
  ];
  const [all, kept] = [masks.map(elementsOf), masks.map((mask) => mask.kept)].map((list) =>
    list.reduce((sum, value) => sum + value, 0),
  );
  fillTable(table, {
    caption: 'Prunable weights of each layer',
    head: ['Weight', 'Shape', 'Elements', 'Kept', 'Sparsity'],
    rows: masks.map((mask) => row(mask.name, mask.shape.join(' × '), elementsOf(mask), mask.kept)),
    foot: row('All', '', all!, kept!),
  });
}

function elementsOf({ shape }: NamedMask): number {
  return shape.reduce((product, edge) => product * edge, 1);
}

interface Colours {
  readonly kept: number;
  readonly dropped: number;
  readonly fresh: number;
}

function draw(
  canvas: HTMLCanvasElement,
  mask: NamedMask,
  before: Uint8Array | undefined,
  widthAvailable: number,
  colours: Colours,
): string {
  const { width, height, arrangement, placeOf, unitAt } = layoutOf(mask.shape, widthAvailable);
  canvas.classList.toggle('units', unitAt !== undefined);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const scale = Math.min(
    LARGEST_SCALE,
    Math.max(1, Math.floor(Math.min(widthAvailable, LARGEST_WIDTH) / width)),
  );
  canvas.style.width = `${width * scale}px`;
  const context = canvas.getContext('2d')!;
  const picture = context.createImageData(width, height);
  const pixels = new Uint32Array(picture.data.buffer);
  const all = elementsOf(mask);
  for (let element = 0; element < all; element += 1) {
    const kept = isKept(mask.bits, element);
    const fresh = !kept && before !== undefined && isKept(before, element);
    pixels[placeOf(element)] = kept ? colours.kept : fresh ? colours.fresh : colours.dropped;
  }
  context.putImageData(picture, 0, 0);
  return arrangement;
}
