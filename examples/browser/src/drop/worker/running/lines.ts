import type { Drawn } from './noise';

/** The height and width of a line of text as the classifier of orientation sees it. */
const [HEIGHT, WIDTH] = [48, 192];

const TEXTS = [
  'Platform 7 departs',
  'Fresh bread daily',
  'Please mind the gap',
  'Chapter eleven',
  'Total: 42.70 EUR',
  'Northern Lights Inn',
  'Return by Friday',
  'Serial no. 00-381',
  'Harbour view road',
  'Open until late',
  'Two tickets, row K',
  'Handle with care',
  'Invoice 2026/118',
  'The quiet library',
  'Exit through hall B',
  'Weather: light rain',
];

/** How many there are. */
export const LINES: number = TEXTS.length;

/**
 * A line of text, drawn here; every other one upside down. Numbers from −1, black, to 1, white, as `[1, 3, 48, 192]`.
 */
export function drawLine(at: number): Drawn {
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const inverted = at % 5 === 4;
  context.fillStyle = inverted ? '#222' : '#eee';
  context.fillRect(0, 0, WIDTH, HEIGHT);
  if (at % 2 === 1) {
    context.translate(WIDTH, HEIGHT);
    context.rotate(Math.PI);
  }
  context.fillStyle = inverted ? '#eee' : '#222';
  context.font = `${20 + (at % 3) * 3}px ${['sans-serif', 'serif', 'monospace'][at % 3]}`;
  context.textBaseline = 'middle';
  context.fillText(TEXTS[at % TEXTS.length]!, 6, HEIGHT / 2, WIDTH - 12);
  const { data } = context.getImageData(0, 0, WIDTH, HEIGHT);
  const area = HEIGHT * WIDTH;
  const numbers = Float32Array.from({ length: 3 * area }, (_, i) => data[4 * (i % area)]! / 127.5 - 1);
  return { data: numbers, dims: [1, 3, HEIGHT, WIDTH] };
}
