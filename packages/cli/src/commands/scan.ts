import { type OnnxScan, scanOnnx } from '@synaprune/onnxruntime';
import { Command, InvalidArgumentError, Option } from 'commander';
import { openModel, requireOnnx } from '../models/open-model.js';
import { countText, percentText } from '../output/format.js';
import { createProgress, type Progress } from '../output/progress.js';
import { tableText } from '../output/table.js';
import { requireTarget, writeWhole } from '../output/write-whole.js';
import { type InputOptions, noiseOptions, withInputs } from './input-options.js';
import { openBench } from './measure.js';
import { listOf, number } from './option-values.js';
import { type Outcome, printOutcome } from './outcome.js';
import { pathsRead, type SharedOptions, withJson } from './shared-options.js';

interface ScanFlags extends InputOptions, SharedOptions {
  readonly unit: 'weight' | 'channel';
  readonly levels?: readonly number[];
  readonly out?: string;
}

/** `synaprune scan`: how much each layer bears. */
export function scanCommand(): Command {
  const command = new Command('scan')
    .description(
      'How much each layer bears: pruned alone, at several levels, against the answers of the whole model.',
    )
    .argument('<model>', 'an .onnx file')
    .addOption(
      new Option('--unit <unit>', 'what is removed of a layer')
        .choices(['weight', 'channel'])
        .default('weight'),
    )
    .option('--levels <shares>', 'the sparsities that are tried (0.3,0.5,0.7,0.9)', levelsOf)
    .option('--out <file.json>', 'for --scan of shrink');
  return withJson(withInputs(command)).action(async (path: string, flags: ScanFlags) => {
    const progress = createProgress();
    let outcome: Outcome;
    try {
      outcome = await scan(path, flags, progress);
    } finally {
      progress.close();
    }
    printOutcome(outcome, flags.json ?? false);
  });
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

function levelsOf(text: string): number[] {
  const levels = listOf(text).map(number);
  if (levels.every((level) => level > 0 && level < 1)) return levels;
  throw new InvalidArgumentError('Needed shares above 0 and below 1: 0.3,0.5,0.7.');
}
