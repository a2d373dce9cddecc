/**
 * Command lines that `--help` shows, by command. Tests run every one of them, in a folder with `model.onnx`,
 * `model.tflite`, a folder `samples`, `recipe.json` and `tfjs/model.json`, one after the other: later ones use what earlier ones wrote.
 */
export const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  look: ['synaprune look model.onnx', 'synaprune look tfjs/model.json --json', 'synaprune look model.tflite'],
  prune: [
    'synaprune prune model.onnx --sparsity 0.5 --out pruned.onnx',
    'synaprune prune model.onnx --recipe recipe.json --inputs samples --out pruned.onnx --json',
    'synaprune prune model.tflite --sparsity 0.8 --sparse --out sparse.tflite',
  ],
  shrink: [
    'synaprune shrink model.onnx --keep 0.5 --inputs samples --out small.onnx --report report.html',
    'synaprune shrink model.onnx --keep 0.5 --unit weight --inputs samples --dry-run --json',
    'synaprune shrink tfjs/model.json --keep 0.75 --out tfjs/small/model.json',
    'synaprune shrink model.onnx --keep 1 --quantize int8 --inputs samples --out whole.onnx',
  ],
  scan: [
    'synaprune scan model.onnx --unit channel --inputs samples --out scan.json',
    'synaprune scan model.onnx --levels 0.5 --json',
  ],
  finetune: [
    'synaprune finetune small.onnx --teacher model.onnx --inputs samples --steps 5 --out tuned.onnx',
    'synaprune finetune model.onnx --sparsity 0.5 --inputs samples --steps 20 --out sparse.onnx --json',
  ],
  compare: [
    'synaprune compare model.onnx small.onnx --inputs samples --classes logits',
    'synaprune compare tfjs/model.json tfjs/small/model.json',
  ],
  pack: [
    'synaprune pack pruned.onnx --out pruned.synp',
    'synaprune pack tfjs/model.json --values int8 --out tfjs.synp --json',
  ],
  unpack: ['synaprune unpack pruned.synp --out unpacked.onnx', 'synaprune unpack tfjs.synp --out model.json'],
};

/** The examples of a command as its help shows them. */
export function examplesText(command: string): string {
  return `\nExamples:\n${(EXAMPLES[command] ?? []).map((line) => `  $ ${line}\n`).join('')}`;
}
