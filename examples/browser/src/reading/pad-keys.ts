import { colourOf } from '../view/colour';

/** What the keys do to the pad. */
interface PadActs {
  readonly size: number;
  stroke(from: readonly [number, number], to: readonly [number, number]): void;
  redraw(): void;
  clear(): void;
}

/** How far a key moves the pen. */
const STRIDE = 10;
const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-STRIDE, 0],
  ArrowRight: [STRIDE, 0],
  ArrowUp: [0, -STRIDE],
  ArrowDown: [0, STRIDE],
};

/** Draws with the keyboard: arrows move a pen, Space puts it down or lifts it, Delete clears. */
export function mountPadKeys(
  canvas: HTMLCanvasElement,
  { size, stroke, redraw, clear }: PadActs,
): { drawCursor(context: CanvasRenderingContext2D): void } {
  let [at, down, shown]: [[number, number], boolean, boolean] = [[size / 2, size / 4], false, false];
  canvas.addEventListener('keydown', (event) => {
    const move = MOVES[event.key];
    if (move !== undefined) {
      const kept = (value: number) => Math.min(size - STRIDE, Math.max(STRIDE, value));
      const next: [number, number] = [kept(at[0] + move[0]), kept(at[1] + move[1])];
      const from = at;
      at = next;
      if (down) stroke(from, next);
      else redraw();
    } else if (event.key === ' ') {
      down = !down;
      if (down) stroke(at, at);
      else redraw();
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      down = false;
      clear();
    } else return;
    event.preventDefault();
  });
  canvas.addEventListener('focus', () => {
    shown = canvas.matches(':focus-visible');
    redraw();
  });
  canvas.addEventListener('blur', () => {
    [shown, down] = [false, false];
    redraw();
  });
  return {
    drawCursor(context) {
      if (!shown) return;
      context.beginPath();
      context.arc(...at, down ? 8 : 11, 0, 2 * Math.PI);
      context.lineWidth = 3;
      context.strokeStyle = context.fillStyle = colourOf('--fresh');
      if (down) context.fill();
      else context.stroke();
    },
  };
}
