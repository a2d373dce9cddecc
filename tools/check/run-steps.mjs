// @ts-check
import { closingLine, failed } from './tally.mjs';

/** @typedef {import('./steps.mjs').Step} Step */

/**
 * Runs steps, prints what failed as it comes and what was skipped at the end, and closes with the count.
 *
 * @param {readonly Step[]} chosen
 * @returns {Promise<number>} the exit code
 */
export async function runSteps(chosen) {
  /** @type {import('./tally.mjs').Finding[]} */
  const all = [];
  for (const step of chosen) {
    console.log(`\n── ${step.title}`);
    const start = performance.now();
    const findings = await runStep(step);
    for (const { name, outcome, detail = '' } of findings) {
      if (outcome === 'failed') console.log(`  ✗ ${name}\n${indent(shorten(detail))}`);
    }
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`  ${closingLine(findings)} (${seconds} s)`);
    all.push(...findings);
  }
  console.log('');
  recap('Skipped:', all, 'skipped');
  recap('Failed:', all, 'failed');
  console.log(closingLine(all));
  return all.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
}

/** @param {Step} step */
async function runStep({ title, run }) {
  try {
    const findings = await run();
    return findings.length > 0 ? findings : [failed(title, 'checked nothing')];
  } catch (error) {
    return [failed(title, error instanceof Error ? (error.stack ?? error.message) : String(error))];
  }
}

/**
 * @param {string} heading
 * @param {readonly import('./tally.mjs').Finding[]} findings
 * @param {'skipped' | 'failed'} outcome
 */
function recap(heading, findings, outcome) {
  const names = findings
    .filter((finding) => finding.outcome === outcome)
    .map(({ name, detail }) => (outcome === 'skipped' && detail ? `${name} (${detail})` : name));
  if (names.length > 0) console.log(`${heading}\n${indent(names.join('\n'))}\n`);
}

/** @param {string} text */
function indent(text) {
  return text.trimEnd().replace(/^/gm, '      ');
}

/** A failure's end says most. @param {string} text */
function shorten(text) {
  const lines = text.trimEnd().split('\n');
  const most = 80;
  if (lines.length <= most) return text;
  return [`… ${lines.length - most} lines before`, ...lines.slice(-most)].join('\n');
}
