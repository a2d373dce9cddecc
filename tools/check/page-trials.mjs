// @ts-check

const PAGE = 'docs/writing-a-backend.md';

/** The trials of the page: where its backends go through the conformance kit, and how each block of code begins. */
const TRIALS = [
  { path: 'packages/host/src/strided.test.ts', begins: '/** A view of a longer array' },
  { path: 'packages/host/src/verb-by-verb.test.ts', begins: "/** Stands for your runtime's tensor. */" },
];

/**
 * Backends of the page that are not tried as they stand there. The page's code goes from `begins` to the example of
 * its use, the test's to its harness.
 *
 * @param {readonly { path: string, text: string }[]} files
 * @returns {string[]}
 */
export function findUntried(files) {
  const textOf = (/** @type {string} */ path) => files.find((file) => file.path === path)?.text ?? '';
  return TRIALS.flatMap(({ path, begins }) => {
    const tried = between(textOf(path), begins, '\nconst harness');
    const shown = tried === '' ? false : textOf(PAGE).includes(`\n${tried}\n`);
    return shown ? [] : [`${PAGE} does not show the backend that ${path} tries`];
  });
}

/** @param {string} text @param {string} from @param {string} to */
function between(text, from, to) {
  const start = text.indexOf(from);
  const end = text.indexOf(to, start);
  return start < 0 || end < 0 ? '' : text.slice(start, end).trim();
}
