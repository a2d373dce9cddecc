import { SIDE } from '../data/digits';
import { colourOf } from '../view/colour';
import { byId } from '../view/elements';
import { mountPadKeys } from './pad-keys';
import { prepareDigit } from './prepare-digit';

/** Side of the pad, in its own pixels, and of its pen: as wide as the pens of MNIST are. */
const PAD = 280;
const PEN = 22;

/** Where a digit is drawn, or shown. */
export interface Pad {
  /** Shows an image of 784 values instead of a drawing. */
  place(image: Float32Array): void;
  redraw(): void;
}

/** A square to draw on, with a pointer, a finger or the keyboard. Calls back with what the networks get to see. */
export function mountPad(onChange: (image: Float32Array | null, drawn: boolean) => void): Pad {
  const canvas = byId<HTMLCanvasElement>('pad');
  Object.assign(canvas, {
    width: PAD,
    height: PAD,
    tabIndex: 0,
    role: 'application',
    ariaLabel: 'Pad to draw a digit on',
  });
  canvas.setAttribute('aria-describedby', 'pad-keys');
  const context = canvas.getContext('2d')!;
  // The strokes, black on nothing: the alpha of a pixel is its ink, whatever colours the page has.
  const strokes = new OffscreenCanvas(PAD, PAD);
  const ink = strokes.getContext('2d', { willReadFrequently: true })!;
  Object.assign(ink, { lineWidth: PEN, lineCap: 'round', lineJoin: 'round' });
  let placed: Float32Array | null = null;
  let pen: readonly [x: number, y: number] | null = null;

  function redraw(): void {
    context.clearRect(0, 0, PAD, PAD);
    if (placed !== null) paint(context, placed);
    else {
      context.globalCompositeOperation = 'source-over';
      context.drawImage(strokes, 0, 0);
      context.globalCompositeOperation = 'source-in';
      context.fillStyle = colourOf('--ink');
      context.fillRect(0, 0, PAD, PAD);
      context.globalCompositeOperation = 'source-over';
    }
    keys.drawCursor(context);
  }

  function tell(): void {
    const { data } = ink.getImageData(0, 0, PAD, PAD);
    onChange(
      prepareDigit(
        Uint8Array.from({ length: PAD * PAD }, (_, i) => data[4 * i + 3]!),
        PAD,
      ),
      true,
    );
  }

  function stroke(from: readonly [number, number], to: readonly [number, number]): void {
    if (placed !== null) clear();
    ink.beginPath();
    ink.moveTo(...from);
    ink.lineTo(...to);
    ink.stroke();
    redraw();
    tell();
  }

  function clear(): void {
    placed = null;
    ink.clearRect(0, 0, PAD, PAD);
  }

  const keys = mountPadKeys(canvas, { size: PAD, stroke, redraw, clear: empty });

  function empty(): void {
    clear();
    redraw();
    onChange(null, true);
  }

  const placeOf = (event: PointerEvent): readonly [number, number] => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [((event.clientX - left) * PAD) / width, ((event.clientY - top) * PAD) / height];
  };
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    pen = placeOf(event);
    stroke(pen, pen);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (pen === null) return;
    const next = placeOf(event);
    stroke(pen, next);
    pen = next;
  });
  for (const end of ['pointerup', 'pointercancel'] as const) {
    canvas.addEventListener(end, () => {
      pen = null;
    });
  }
  byId('pad-clear').addEventListener('click', empty);

  return {
    place(image) {
      clear();
      placed = image;
      redraw();
      onChange(image, false);
    },
    redraw,
  };
}

/** Draws an image of 784 values over a whole square canvas, in the page's own colour of ink. */
export function paint(context: CanvasRenderingContext2D, image: ArrayLike<number>): void {
  const size = context.canvas.width / SIDE;
  context.fillStyle = colourOf('--ink');
  for (let at = 0; at < SIDE * SIDE; at += 1) {
    if (image[at] === 0) continue;
    context.globalAlpha = image[at]!;
    context.fillRect((at % SIDE) * size, Math.floor(at / SIDE) * size, size, size);
  }
  context.globalAlpha = 1;
}
