// @ts-check
import { readFileSync } from 'node:fs';
import { runNode } from '../check/command.mjs';
import { passed, verdict } from '../check/tally.mjs';
import { comparePrints } from './prints.mjs';

/** @typedef {import('./compile.mjs').CompiledExample} CompiledExample */

const recorder = new URL('recorder.mjs', import.meta.url).href;

/**
 * Runs compiled examples, each in a process of its own: some change global state, such as TensorFlow.js's
 * backend.
 *
 * @param {readonly CompiledExample[]} compiled
 * @param {{ concurrency?: number }} [options]
 * @returns {Promise<import('../check/tally.mjs').Finding[]>} one an example, in their order
 */
export async function runExamples(compiled, { concurrency = 2 } = {}) {
  /** @type {import('../check/tally.mjs').Finding[]} */
  const findings = [];
  const waiting = [...compiled.entries()];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      findings[next[0]] = await runExample(next[1]);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return findings;
}

/** @param {CompiledExample} compiled */
async function runExample({ example, path, errors, prints }) {
  const name = `${example.file}:${example.line}`;
  if (errors.length > 0) return verdict(name, errors);
  if (!example.runs) return passed(`${name} (types only)`);
  const record = `${path}.prints.json`;
  const { status, output } = await runNode(['--import', recorder, path], {
    env: { SYNAPRUNE_PRINTS: record },
  });
  if (status !== 0) return verdict(name, `${example.file}:${example.line} ended with ${status}\n${output}`);
  const differences = comparePrints(prints, JSON.parse(readFileSync(record, 'utf8')));
  return verdict(
    name,
    differences.map(({ line, text }) => `${example.file}:${line} ${text}`),
  );
}
