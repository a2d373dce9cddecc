import { pruneTflite } from '@synaprune/tflite';
import { type Context, isSmall, type Rounds } from '../context.js';
import { measure, type Timing } from '../measure.js';
import { useTensorflow } from '../peers/tensorflow.js';
import { judged, type Row, rowOf, unmeasured } from '../row.js';
import { type Digits, readDigits } from '../tflite/digits.js';
import { type LiteRtPage, type LoadedModel, openLiteRtPage } from '../tflite/litert-page.js';
import { type Trained, trainNets } from '../tflite/trained.js';
import { registerGradients } from '../tflite/wasm-gradients.js';

const SPARSITIES = [0.8, 0.9];

/** Weights of the net's 1×1 kernels. */
const ELEMENTS = 123_904;

/** Wall time of one round, about: pages have coarse clocks. */
const ROUND_MS = 20;

/** How far apart answers may be, of the largest. */
const APART = 1e-5;

/** A net trained and pruned here, in LiteRT.js: sparse against dense. */
export async function measureTflite(context: Context): Promise<Row[]> {
  const page = await openLiteRtPage();
  if (page === undefined) {
    return SPARSITIES.map((sparsity) =>
      unmeasured(
        { group: 'tflite', elements: ELEMENTS, goal: `tflite-${100 * sparsity}` },
        `${percent(sparsity)} of the 1×1 weights zero`,
        'there is no Chromium',
      ),
    );
  }
  try {
    return await measureIn(page, context);
  } finally {
    await page.close();
  }
}

async function measureIn(page: LiteRtPage, { sizes, rounds, say }: Context): Promise<Row[]> {
  await useTensorflow('wasm');
  registerGradients();
  const quick = isSmall({ sizes });
  const digits = readDigits(quick ? 64 : Number.MAX_SAFE_INTEGER);
  const epochs = quick ? { before: 1, behind: 1 } : { before: 2, behind: 3 };
  say('tflite, training');
  const [dense, ...pruned] = await trainNets(digits, [0, ...SPARSITIES], epochs, say);
  const base = await loadNet(page, dense!, dense!.bytes, digits.test);
  const nets: Net[] = [];
  for (const net of pruned) {
    const options = { sparsity: net.sparsity, select: { include: /^point/ }, keepZeros: true };
    const { model, report } = await pruneTflite(net.bytes, { ...options, sparse: true });
    if (report.notices.length > 0) throw new Error(report.notices.map(({ message }) => message).join('; '));
    nets.push(await loadNet(page, net, model, digits.test));
  }
  const timings = await timeNets([base, ...nets], rounds(ELEMENTS));
  for (const { images, labels } of Object.values(digits)) {
    images.dispose();
    labels.dispose();
  }
  return nets.flatMap((net, i) => rowsOf(net, base, timings[i + 1]!, timings[0]!));
}

/** A net in a page. */
interface Net {
  readonly sparsity: number;
  readonly loaded: LoadedModel;
  readonly sizeBytes: number;
  /** Share of the test images that it reads right. */
  readonly right: number;
  /** How far it answers from tfjs at most, of tfjs's largest answer. */
  readonly apart: number;
}

async function loadNet(
  page: LiteRtPage,
  { sparsity, answers }: Trained,
  bytes: Uint8Array,
  test: Digits,
): Promise<Net> {
  const loaded = await page.load(bytes);
  const given = await loaded.answer(test.images.dataSync() as Float32Array, test.count);
  const classes = given.length / test.count;
  const right = test.shown.filter((digit, i) => {
    const own = given.subarray(i * classes, (i + 1) * classes);
    return own.indexOf(Math.max(...own)) === digit;
  }).length;
  const largest = answers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const farthest = given.reduce((most, value, i) => Math.max(most, Math.abs(value - answers[i]!)), 0);
  return { sparsity, loaded, sizeBytes: bytes.length, right: right / test.count, apart: farthest / largest };
}

/** Times runs on one image, in turns that are alike long: a longer one is interrupted more often. Nanoseconds of a run. */
async function timeNets(nets: readonly Net[], rounds: Rounds): Promise<Timing[]> {
  const candidates = [];
  for (const { sparsity, loaded } of nets) {
    const often = Math.ceil((1e6 * ROUND_MS) / (await shortest(loaded)));
    candidates.push({
      name: sparsity === 0 ? 'the dense net' : `${percent(sparsity)} of the 1×1 weights zero`,
      runElsewhere: async () => (await loaded.time(often)) / often,
    });
  }
  return measure(candidates, rounds);
}

/** About how long a run takes that nothing interrupts, once the browser has compiled everything. */
async function shortest(loaded: LoadedModel): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 10; i += 1) least = Math.min(least, (await loaded.time(10)) / 10);
  return least;
}

function rowsOf(net: Net, base: Net, timing: Timing, reference: Timing): Row[] {
  const name = percent(net.sparsity);
  const shared = { group: 'tflite', elements: ELEMENTS } as const;
  const each = ({ median, min }: Timing) => `${(median / 1e6).toFixed(3)} (${(min / 1e6).toFixed(3)})`;
  const fewer = base.right - net.right;
  return [
    rowOf(timing, reference, {
      ...shared,
      cheaper: true,
      goal: `tflite-${100 * net.sparsity}`,
      note: `${each(timing)} against ${each(reference)} ms; ${net.sizeBytes} against ${base.sizeBytes} bytes`,
    }),
    judged('tflite-accuracy', {
      ...shared,
      work: `${name}: digits read right, fewer than the dense net`,
      share: fewer,
      note: `${percent(net.right, 2)} against ${percent(base.right, 2)}`,
    }),
    judged('tflite-apart', {
      ...shared,
      work: `${name}: answers apart from tfjs's, of ${APART} of the largest`,
      share: net.apart / APART,
      note: `the dense net's: ${percent(base.apart / APART)}`,
    }),
  ];
}

function percent(share: number, digits = 0): string {
  return `${(100 * share).toFixed(digits)} %`;
}
