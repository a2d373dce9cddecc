// @ts-check
/* Runs this package on libtensorflow and prints, in Markdown, what was found. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as tfjs from '@synaprune/tfjs';
import * as node from '@synaprune/tfjs-node-gpu';
import { createHarness } from './harness.mjs';
import { conformancePart } from './report/conformance.mjs';
import { describeEnvironment } from './report/environment.mjs';
import { adviceFor, findLibrary } from './report/library.mjs';
import { numericsPart } from './report/numerics.mjs';
import { attempt, tally } from './report/part.mjs';
import { ratiosPart } from './report/ratios.mjs';
import { trainingPart } from './report/training.mjs';

const help = `Usage: npm run test:node-gpu [-- OPTIONS]

Runs @synaprune/tfjs-node-gpu on libtensorflow and prints, in Markdown, what was found.

  --binding PATH        a tfjs_binding.node from elsewhere
  --simulated           the stand-in of the tests, to try this program itself
  --required            a missing library is a failure, not a skip
  --steps N             steps of training (default: 200)
  --elements N          elements of the costs (default: 1000000)
  --most-elements N     most elements in a case of the kit (default: no limit)
  --parts N             the kit in so many parts, of which the first is run (default: 1)
  --help                prints this

Ends with 0 when nothing failed, also when it was skipped for want of a library, with 2 when it was called wrongly, and
with 1 otherwise.`;

const options = readOptions();
if (options.help) {
  console.log(help);
  process.exit(0);
}
if (options.binding !== undefined && !existsSync(options.binding)) {
  console.error(`--binding needs the path of a tfjs_binding.node; there is no ${resolve(options.binding)}`);
  process.exit(2);
}
const library = findLibrary(options);
if ('missing' in library) {
  console.log(adviceFor(library.missing).join('\n'));
  console.log('\n0 passed, 0 failed, 1 skipped');
  process.exitCode = options.required ? 1 : 0;
} else {
  process.exitCode = (await report(library)) > 0 ? 1 : 0;
}

/** Prints chapter after chapter and returns how many claims failed. @param {import('./report/library.mjs').Library} library */
async function report(library) {
  const { tf, simulated } = library;
  tf.env().set('PROD', true);
  const createBackend = () => node.tfjsNodeBackend();
  const here = { ...node, createBackend };
  const onCpu = { ...tfjs, createBackend: () => tfjs.tfjsBackend() };
  const elements = Number(options.elements);
  console.log(
    `# tfjs-node-gpu on ${simulated ? 'a simulated binding, not libtensorflow' : 'libtensorflow'}\n`,
  );
  console.log(describeEnvironment(library, createBackend().manifest.name).join('\n'));
  const chapters = {
    'The conformance kit': () =>
      conformancePart(createHarness(tf, createBackend), {
        mostElements: Number(options['most-elements']),
        part: { number: 1, of: Number(options.parts) },
      }),
    Training: () => trainingPart(tf, here, onCpu, Number(options.steps)),
    'What the device does': async () => numericsPart(tf, elements),
    Costs: () => ratiosPart(tf, here, elements),
  };
  const parts = [];
  for (const [title, run] of Object.entries(chapters)) {
    const part = await attempt(title, run);
    console.log(`\n## ${part.title}\n\n${part.lines.join('\n')}`);
    parts.push(part);
  }
  const { passed, failed, skipped } = tally(parts);
  console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed;
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        binding: { type: 'string' },
        simulated: { type: 'boolean', default: false },
        required: { type: 'boolean', default: false },
        steps: { type: 'string', default: '200' },
        elements: { type: 'string', default: '1000000' },
        'most-elements': { type: 'string', default: 'Infinity' },
        help: { type: 'boolean', short: 'h' },
        parts: { type: 'string', default: '1' },
      },
    }).values;
  } catch (error) {
    console.error(
      `error: ${/** @type {Error} */ (error).message}\nnpm run test:node-gpu -- --help says what it takes`,
    );
    return process.exit(2);
  }
}
