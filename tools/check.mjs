// @ts-check
/*
 * Builds, checks and tests everything: `npm test`. Goes on after a failure, so that one run shows all of them,
 * and ends with `N passed, N failed` (`, N skipped`), counted from what really ran.
 *
 *   npm test -- --only unit,arrows     some steps (and the build, where they need one)
 *   npm test -- --list                 what there is
 */
import { parseArgs } from 'node:util';
import { steps } from './check/steps.mjs';
import { closingLine, failed } from './check/tally.mjs';

try {
  const { values } = parseArgs({ options: { only: { type: 'string' }, list: { type: 'boolean' } } });
  if (values.list) {
    for (const { id, title } of steps) console.log(`${id.padEnd(14)}${title}`);
  } else {
    const findings = await runSteps(pickSteps(values.only));
    console.log(closingLine(findings));
    process.exitCode = findings.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

/** @param {string | undefined} only */
function pickSteps(only) {
  if (only === undefined) return steps;
  const ids = only.split(',').map((id) => id.trim());
  const unknown = ids.filter((id) => !steps.some((step) => step.id === id));
  if (unknown.length > 0) {
    throw new RangeError(
      `--only needs steps among ${steps.map(({ id }) => id).join(', ')}; got ${unknown.join(', ')}`,
    );
  }
  const needsBuild = steps.some(({ id, built }) => built && ids.includes(id));
  return steps.filter(({ id }) => ids.includes(id) || (id === 'build' && needsBuild));
}

/** @param {typeof steps} chosen */
async function runSteps(chosen) {
  /** @type {import('./check/tally.mjs').Finding[]} */
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
  return all;
}

/** @param {(typeof steps)[number]} step */
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
 * @param {readonly import('./check/tally.mjs').Finding[]} findings
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
