import { type OnnxScan, scanOnnx } from '@synaprune/onnxruntime';
import { noiseOptions } from '../flags/input-options.js';
import type { ScanFlags } from '../flags/scan.js';
import { pathsRead } from '../flags/shared-options.js';
import { openModel, requireOnnx } from '../models/open-model.js';
import { countText, percentText } from '../output/format.js';
import type { Progress } from '../output/progress.js';
import { tableText } from '../output/table.js';
import { requireTarget, writeWhole } from '../output/write-whole.js';
import { openBench } from './measure.js';
import { type Outcome, tellOutcome } from './outcome.js';

/** Runs `synaprune scan`. */
export async function runScan(path: string, flags: ScanFlags): Promise<void> {
  await tellOutcome(flags.json, (progress) => scan(path, flags, progress));
}

async function scan(path: string, flags: ScanFlags, progress: Progress): Promise<Outcome> {
  const { unit, levels, out, classes } = flags;
  const model = await openModel(path);
  requireOnnx('scan', model);
  if (out !== undefined) await requireTarget('--out', out, [...model.sources, ...pathsRead(flags)]);
  const bench = await openBench(model, flags, progress);
  const found = await scanOnnx({
    ort: bench.runtime.ort,
    model: model.bytes,
    unit,
    ...(levels === undefined ? {} : { levels }),
    ...(classes === undefined ? {} : { classes }),
    ...(bench.samples === undefined ? noiseOptions(flags) : { inputs: bench.samples }),
    onProgress: ({ done, total, layer }) => progress.tell('scanning', done, total, layer),
  });
  const { layers, samples } = found;
  const notices = [...bench.notices, ...found.notices];
  if (out !== undefined) await writeWhole('--out', out, `${JSON.stringify({ unit, layers }, null, 2)}\n`);
  const json = {
    ...{ command: 'scan', model: path, out: out ?? null, unit, samples, layers },
    ...{ runtime: bench.runtime.version, notices },
  };
  return { json, text: `\n${scanText(found)}\n`, notices };
}

/** Layers by what is left of the agreement, those that bear least first. */
function scanText({ layers, unit }: OnnxScan): string {
  const least = (levels: OnnxScan['layers'][number]['levels']) =>
    Math.min(...levels.map(({ agreement }) => agreement));
  const rows = [...layers]
    .sort((a, b) => least(a.levels) - least(b.levels))
    .map(({ name, elements, levels }) => [
      name,
      countText(elements),
      levels
        .map(({ sparsity, agreement }) => `${percentText(sparsity)}: ${percentText(agreement)}`)
        .join('   '),
    ]);
  return tableText(['layer', `${unit}s`, 'gone: agreement left'], rows, { left: [0, 2] });
}
