import { factor, milliseconds } from '@synaprune/examples-kit/format';
import { accelerationText } from '@synaprune/examples-kit/speed';
import { DEVICE_TITLES, type Device } from '../device/devices';
import { together } from '../format';
import type { Session } from '../session/session-api';
import type { SessionState } from '../session/state';
import type { PredictionTimes } from '../session/time-predictions';
import { byId, fillTable, setText } from '../view/elements';

/** The button that times predictions, and what comes of it. */
export function mountTimes(session: () => Session | null): (state: SessionState) => void {
  const button = byId<HTMLButtonElement>('time');
  const tables = ['times', 'kernels'].map((id) => byId(id).closest<HTMLElement>('.scroll')!);
  let shown: PredictionTimes | null = null;
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-disabled') !== 'true') void session()?.timePredictions();
  });
  return ({ phase, times, chosen }) => {
    // Never really disabled: a button that is loses the focus of whoever pressed it.
    button.setAttribute('aria-disabled', String(phase !== 'paused' && phase !== 'finished'));
    setText(button, times === null ? 'Time predictions' : 'Time again');
    if (times === shown && times !== null) return;
    shown = times;
    byId('times-untold').hidden = times !== null;
    for (const element of [byId('times-text'), ...tables]) element.hidden = times === null;
    if (times !== null) showTimes(times);
    setText(byId('times-hint'), times === null || chosen === null ? '' : whereTimed(times, chosen.device));
  };
}

/** The names that reports have for kernels, and what they are. */
const KERNELS: Readonly<Record<PredictionTimes['layers'][number]['kernel'], string>> = {
  csr: 'csr: skips each zero',
  blocks: 'blocks: skips blocks of zeros',
  dense: 'dense: multiplies all',
};

function showTimes(times: PredictionTimes): void {
  const where = `on ${DEVICE_TITLES[times.device]}`;
  setText(
    byId('times-text'),
    together(accelerationText(times, { verb: 'predicts', one: 'one at a time', where, output: 'output' })),
  );
  const { speeds, layers } = times;
  fillTable(byId<HTMLTableElement>('times'), {
    caption: 'Milliseconds of a prediction, dense and accelerated',
    head: ['At once', 'Dense', 'Accelerated', 'Ratio'],
    rows: speeds.map(({ batch, milliseconds: { dense, accelerated }, speedup }) => [
      String(batch),
      milliseconds(dense),
      milliseconds(accelerated),
      factor(speedup),
    ]),
  });
  fillTable(byId<HTMLTableElement>('kernels'), {
    caption: 'What multiplies in each layer',
    head: ['Layer', 'Kernel', 'Why'],
    rows: layers.map(({ name, kernel, why }) => [name, KERNELS[kernel], together(why)]),
  });
}

function whereTimed({ device }: PredictionTimes, home: Device): string {
  const how = 'Medians of rounds in which both take turns, from a tensor to numbers that can be read.';
  if (device === home) return `Timed on ${DEVICE_TITLES[device]}. ${how}`;
  return (
    `Timed on ${DEVICE_TITLES[device]}, both ways: on ${DEVICE_TITLES[home]}, where it trains, there are no kernels that ` +
    `skip zeros. ${how}`
  );
}
