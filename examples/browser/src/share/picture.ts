import { portion } from '@synaprune/examples-kit/format';
import type { SessionState } from '../session/state';
import { TASKS } from '../tasks/tasks';
import { colourOf } from '../view/colour';
import { worthOf } from '../worth/worth';

const [WIDTH, HEIGHT, EDGE] = [1200, 630, 56];

/**
 * A finished run as a picture to send: its figures, and its first mask.
 *
 * @param mask as it is drawn on the page
 * @throws Error when the run has not finished, or the browser makes no picture of it
 */
export async function pictureOf(state: SessionState, mask: HTMLCanvasElement | null): Promise<Blob> {
  const worth = worthOf(state);
  if (worth === null) throw new Error('a picture needs a finished run');
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d')!;
  context.fillStyle = colourOf('--paper');
  context.fillRect(0, 0, WIDTH, HEIGHT);
  const write = (text: string, y: number, size: number, weight: number, colour: string): void => {
    context.font = `${weight} ${size}px system-ui, sans-serif`;
    context.fillStyle = colourOf(colour);
    context.fillText(text, EDGE, y, WIDTH - 2 * EDGE);
  };
  write('Synaprune · pruning while training', 82, 27, 600, '--accent');
  write(worth.size, 192, 108, 700, '--ink');
  write(worth.score, 268, 54, 650, '--ink');
  const { after, steps, seed, batch, chosen, task } = state;
  write(
    `${portion(after!.sparsity)} of the weights dropped, next to a dense twin from the same seed`,
    322,
    28,
    400,
    '--muted',
  );
  if (mask !== null) drawMask(context, mask);
  const settings = `${TASKS[task].title} · seed ${seed} · ${steps} steps of ${batch}${chosen === null ? '' : ` · ${chosen.device}`}`;
  write(settings, HEIGHT - 40, 24, 400, '--muted');
  return canvas.convertToBlob({ type: 'image/png' });
}

/** As large as fits between the words, its pixels sharp. */
function drawMask(context: OffscreenCanvasRenderingContext2D, mask: HTMLCanvasElement): void {
  const [top, bottom] = [368, HEIGHT - 84];
  const scale = Math.min((WIDTH - 2 * EDGE) / mask.width, (bottom - top) / mask.height);
  context.imageSmoothingEnabled = scale < 1;
  context.drawImage(mask, EDGE, top, mask.width * scale, mask.height * scale);
}
