import { readFile } from 'node:fs/promises';
import { type Notice, PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { type PackReport, pack } from '@synaprune/sparse';
import pc from 'picocolors';
import type { PackFlags } from '../flags/pack.js';
import { compressedSizes, type Sizes } from '../models/compressed-sizes.js';
import { type ModelFile, openModel } from '../models/open-model.js';
import { type SpelledArtifacts, withSpelling } from '../models/spelling.js';
import { weightsOf, zerosOf } from '../models/weights-of.js';
import { contentOf, filesOf } from '../models/write-model.js';
import { bytesAmong, countText, percentText, ratioText, shapeText } from '../output/format.js';
import type { Progress } from '../output/progress.js';
import { tableText } from '../output/table.js';
import { requireTarget, writeWhole } from '../output/write-whole.js';
import { type Outcome, tellOutcome } from './outcome.js';

/** Runs `synaprune pack`. */
export async function runPack(path: string, flags: PackFlags): Promise<void> {
  await tellOutcome(flags.json, (progress) => packFile(path, flags, progress));
}

async function packFile(
  path: string,
  { out, dryRun = false, values }: PackFlags,
  progress: Progress,
): Promise<Outcome> {
  progress.tell('reading the model');
  const model = await openModel(path);
  if (out !== undefined) {
    await requireTarget('--out', out, model.sources);
    if (!out.toLowerCase().endsWith('.synp')) {
      throw new PruneError('bad-path', `--out needs a path that ends in .synp, got ${quote(out, 500)}`);
    }
  }
  progress.tell('packing');
  const { bytes, report } = await pack(await contentToPack(model), { values });
  progress.tell('compressing');
  const before = await compressedSizes(filesOf(contentOf(model)));
  const after = { bytes: bytes.length };
  const { prunable, zeros } = zerosOf(weightsOf(model));
  const notices = [...report.notices, ...changesOf(model)];
  progress.tell('writing');
  if (out !== undefined && !dryRun) await writeWhole('--out', out, bytes);
  const written = dryRun ? null : (out ?? null);
  const { rounded } = report;
  return {
    json: {
      ...{ command: 'pack', model: path, out: written, format: model.format, values },
      ...{ before, after, prunable, zeros, rounded, notices },
    },
    text: packText({ before, after, prunable, zeros, rounded, out: written }),
    notices,
  };
}

/** A model as it is packed. */
async function contentToPack(model: ModelFile): Promise<Uint8Array | SpelledArtifacts> {
  if (model.format === 'onnx') return model.bytes;
  return withSpelling(model.artifacts, await readFile(model.path, 'utf8'));
}

/** What unpacking will not bring back as it was. */
function changesOf(model: ModelFile): Notice[] {
  if (model.format !== 'onnx' || !model.external) return [];
  const message =
    'the weights in files beside the model are in the packed file: unpack writes one .onnx file with all of them in it';
  return [{ code: 'weights-embedded', message }];
}

interface PackedSizes extends Pick<PackReport, 'rounded'> {
  readonly before: Sizes;
  readonly after: { readonly bytes: number };
  readonly prunable: number;
  readonly zeros: number;
  readonly out: string | null;
}

/** Rows of tensors that are printed; the JSON has all of them. */
const MOST_ROWS = 12;

function packText({ before, after, prunable, zeros, rounded, out }: PackedSizes): string {
  const sizes = [
    ['file', before.bytes],
    ['gzip', before.gzip],
    ['brotli', before.brotli],
    ['packed', after.bytes],
  ] as const;
  const bytesText = bytesAmong(sizes.map(([, size]) => size));
  const parts = [
    tableText(
      ['', 'bytes', ''],
      sizes.map(([name, size]) => [name, bytesText(size), ratioText(before.bytes, size)]),
    ),
    `${pc.bold(percentText(prunable === 0 ? 0 : zeros / prunable))} of the ${countText(prunable)} numbers in kernels are zero`,
  ];
  if (rounded.length > 0) parts.push(roundedTable(rounded));
  if (out !== null) parts.push(`${pc.bold('Written to')} ${pc.cyan(out)}`);
  return `\n${parts.join('\n\n')}\n`;
}

function roundedTable(rounded: PackReport['rounded']): string {
  const rows = rounded
    .slice(0, MOST_ROWS)
    .map(({ name, shape, values, error }) => [
      name,
      shapeText(shape),
      values,
      error.absolute.toPrecision(2),
      percentText(error.relative),
    ]);
  const rest = rounded.length - rows.length;
  const more = rest > 0 ? pc.dim(`\n… and ${countText(rest)} more; --json lists all`) : '';
  return tableText(['rounded', 'shape', 'to', 'error', 'of the value'], rows, { left: [0, 1, 2] }) + more;
}
