// @ts-check
import { runConformance } from '@synaprune/conformance';
import { oneLine } from './part.mjs';

/**
 * The conformance kit, whole unless told.
 *
 * @template Weight, Mask
 * @param {import('@synaprune/conformance').ConformanceHarness<Weight, Mask>} harness
 * @param {import('@synaprune/conformance').ConformanceOptions} options
 * @returns {Promise<import('./part.mjs').Part>}
 */
export async function conformancePart(harness, options) {
  const { passed, failed, skipped, results } = await runConformance(harness, options);
  const lines = results
    .filter(({ status }) => status !== 'passed')
    .map(({ status, law, name, reason, error }) => {
      const why = reason ?? oneLine(error).slice(0, 300);
      return `- ${status === 'failed' ? '**failed**' : status}, law ${law}: ${name} (${why})`;
    });
  return {
    title: 'The conformance kit',
    lines: [
      `${passed} passed, ${failed} failed, ${skipped} skipped.`,
      ...(lines.length > 0 ? ['', ...lines] : []),
    ],
    passed,
    failed,
    skipped,
  };
}
