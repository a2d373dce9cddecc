import { type Context, fewRounds, isSmall } from '../context.js';
import { measureClassifierChannels, measureRecogniserChannels } from '../one-shot/channels.js';
import { measureSingleWeights } from '../one-shot/single-weights.js';
import { openTask } from '../one-shot/task.js';
import { useNode } from '../onnx/runtimes.js';
import type { Row } from '../row.js';

/** Models pruned without training: what is left of their answers on lines that nothing was calibrated by. */
export async function measureOneShot({ sizes, rounds, say }: Context): Promise<Row[]> {
  const quick = isSmall({ sizes });
  const runtime = await useNode();
  const classifier = await openTask(
    runtime,
    'cls',
    quick ? { calibration: 8, heldOut: 16 } : { calibration: 64, heldOut: 500 },
  );
  const rows = await measureSingleWeights(
    runtime,
    classifier,
    0.5,
    quick ? ['default'] : ['default', 'uniform'],
    say,
  );
  if (quick) return rows;
  rows.push(...(await measureSingleWeights(runtime, classifier, 0.7, ['default', 'uniform'], say)));
  say('one-shot, classifier, channels');
  rows.push(...(await measureClassifierChannels(runtime, classifier, rounds(1e6))));
  const recogniser = await openTask(runtime, 'rec', { calibration: 24, heldOut: 128 });
  return [
    ...rows,
    ...(await measureSingleWeights(runtime, recogniser, 0.5, ['default', 'uniform'], say)),
    ...(await measureRecogniserChannels(runtime, recogniser, fewRounds(rounds(1e6)), say)),
  ];
}
