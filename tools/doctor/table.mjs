// @ts-check
/** @typedef {import('./examine.mjs').Examination} Examination */
/** @typedef {import('./finding.mjs').Finding} Finding */

/** What a machine may lack is no fault of it. @param {Finding} finding */
function signOf({ state, required }) {
  if (state === 'ok') return { sign: '✓', colour: 32 };
  if (state === 'unknown') return { sign: '?', colour: 33 };
  return required || state === 'old' ? { sign: '✗', colour: 31 } : { sign: '–', colour: 33 };
}

/**
 * The examination for people: what was found, what each thing lacks, and the command that helps.
 *
 * @param {Examination} examination
 * @param {{ colours?: boolean, columns?: number }} [options]
 */
export function examinationText({ machine, findings, ok }, { colours = false, columns = 100 } = {}) {
  const paint = (/** @type {number} */ code, /** @type {string} */ text) =>
    colours ? `\u001b[${code}m${text}\u001b[0m` : text;
  const width = Math.max(...findings.map(({ name }) => name.length)) + 2;
  const indent = ' '.repeat(4 + width);
  const lines = [
    `${machine.cpu}, ${machine.cores} ${machine.cores === 1 ? 'core' : 'cores'}, ${(machine.memoryBytes / 2 ** 30).toFixed(0)} GiB, ${machine.platform} ${machine.arch}`,
  ];
  /** @type {string | undefined} */
  let group;
  for (const finding of findings) {
    if (finding.group !== group) lines.push('', paint(1, finding.group));
    group = finding.group;
    const { sign, colour } = signOf(finding);
    const text = [finding.found, finding.lacks].filter((part) => part !== null).join(': ');
    const [first = '', ...rest] = wrapped(text, columns - indent.length);
    lines.push(`  ${paint(colour, sign)} ${finding.name.padEnd(width)}${first}`);
    lines.push(...rest.map((line) => indent + line));
    // A command is never broken: it is to be copied.
    if (finding.fix !== null) lines.push(`${indent}${paint(36, `→ ${finding.fix}`)}`);
  }
  const fixes = findings.filter(({ required, state }) => required && state !== 'ok').map(({ fix }) => fix);
  lines.push(
    '',
    ok ? wrapped(closing(findings), columns).join('\n') : paint(31, `Not ready: ${fixes.join('; ')}`),
  );
  return lines.join('\n');
}

/** Which optional things are not here, by the names that stand above. @param {readonly Finding[]} findings */
function closing(findings) {
  // What no command brings here, such as a GPU, is not asked for.
  const lacking = findings
    .filter(({ state, fix }) => fix !== null && state !== 'ok' && state !== 'unknown')
    .map(({ name }) => name);
  if (lacking.length === 0) return 'Ready.';
  const things = lacking.length === 1 ? '1 optional thing is' : `${lacking.length} optional things are`;
  return `Ready. ${things} not here: ${lacking.join('; ')}. Tests that need them are skipped, with the reason.`;
}

/** @param {string} text @param {number} width @returns {string[]} */
function wrapped(text, width) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
