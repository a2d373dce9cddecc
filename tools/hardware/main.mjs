// @ts-check
/* The laws and the bench on a real GPU, for whoever has one for some minutes: `npm run hardware`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readArguments } from '../arguments.mjs';
import { build } from '../turbo.mjs';
import { findGpu } from './find-gpu.mjs';
import { statusOf } from './status.mjs';
import { steps } from './steps.mjs';

const help = `Usage: npm run hardware [-- OPTIONS]

Runs the conformance kit and the bench's rows on WebGPU, in Node by Dawn, and the kit on libtensorflow where that is
installed, on the hardware that is here. Installs nothing, and uses no network.

  --only LIST      some of: ${Object.keys(steps).join(', ')}
  --sizes LIST     numbers of weights for the bench (default: 1e6,1e7,1e8)
  --binding PATH   a tfjs_binding.node from elsewhere
  --out FOLDER     where tables, logs and report.json go (default: ./hardware-report)
  --anyway         goes through the steps on a software device too, to try this program
  --help           prints this

Ends with 0 where all that ran on a GPU passed, with 1 where something failed, with 2 when it was called wrongly, and
with 3 where there is no GPU, so that nothing is known of hardware.`;

/** @typedef {import('./steps.mjs').Outcome} Outcome */

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}

function readOptions() {
  const { values } = readArguments('npm run hardware', help, {
    options: {
      only: { type: 'string' },
      sizes: { type: 'string' },
      binding: { type: 'string' },
      out: { type: 'string' },
      anyway: { type: 'boolean' },
    },
  });
  const only = values.only?.split(',') ?? Object.keys(steps);
  const unknown = only.filter((name) => !Object.hasOwn(steps, name));
  if (unknown.length > 0) {
    throw new Error(`--only takes ${Object.keys(steps).join(', ')}; got ${unknown.join(', ')}`);
  }
  const sizes = (values.sizes ?? '1e6,1e7,1e8').split(',');
  if (!sizes.every((size) => Number.isInteger(Number(size)) && Number(size) >= 1e4)) {
    throw new Error(`--sizes takes whole numbers from 1e4 on, as in 1e6,1e7; got ${sizes}`);
  }
  const { binding, anyway = false, out = 'hardware-report' } = values;
  return {
    ...(binding !== undefined && { binding }),
    anyway,
    only,
    sizes,
    out: resolve(process.env.INIT_CWD ?? '.', out),
  };
}

async function main() {
  const options = readOptions();
  const gpu = await findGpu();
  const hasWebgpu = !('missing' in gpu) && (!gpu.software || options.anyway);
  console.log(describe(gpu));
  const chosen = options.only.map((name) => ({ name, ...(steps[name] ?? never()) }));
  const wanted = chosen.filter(({ webgpu }) => hasWebgpu || !webgpu);
  if (wanted.length > 0) {
    console.log('building …');
    if (build('@synaprune/tfjs-node-gpu', '@synaprune/tfjs-webgpu', 'synaprune-bench') !== 0) return 1;
    mkdirSync(options.out, { recursive: true });
  }
  /** @type {Record<string, Outcome>} */
  const outcomes = {};
  for (const { name, title, webgpu, run } of chosen) {
    if (wanted.some((step) => step.name === name)) console.log(`${title} …`);
    /** @type {Outcome} */
    const outcome =
      webgpu && !hasWebgpu ? { state: 'skipped', note: 'no GPU gives WebGPU here' } : await run(options);
    outcomes[name] = outcome;
    console.log(`${{ passed: '✓', failed: '✗', skipped: '–' }[outcome.state]} ${title}: ${outcome.note}`);
  }
  const status = statusOf(outcomes, hasWebgpu && !('missing' in gpu) && !gpu.software);
  if (wanted.length > 0) {
    writeFileSync(`${options.out}/report.json`, `${JSON.stringify({ gpu, outcomes, status }, null, 2)}\n`);
    console.log(`what was found: ${options.out}`);
  }
  console.log(
    {
      0: 'All that ran on a GPU passed.',
      1: 'Something failed; the logs say what.',
      3: 'No GPU did any of this: nothing is known of hardware.',
    }[status],
  );
  return status;
}

/** @param {import('./find-gpu.mjs').Gpu} gpu */
function describe(gpu) {
  if ('missing' in gpu) return `No WebGPU in Node here: ${gpu.missing}`;
  return gpu.software
    ? `No GPU gives WebGPU here, only a CPU that plays one: ${gpu.driver}`
    : `GPU: ${gpu.driver}`;
}

/** @returns {never} */
function never() {
  throw new Error('a step without a name');
}
