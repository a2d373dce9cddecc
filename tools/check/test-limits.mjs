// @ts-check

const tests =
  /\.(?:test|test-d)\.[cm]?[jt]s$|\/src\/(?:.*\/)?testing\/.*\.[cm]?[jt]s$|vitest(?:\.browser)?\.config\.[cm]?[jt]s$/;

/** What a test on time looks like, and why it is none. */
const rules = [
  {
    pattern: /\b(?:test|hook|teardown)Timeout\b/,
    why: 'sets a limit of its own; all limits are in one place',
  },
  { pattern: /\btimeout: [1-9]/, why: 'sets a limit of its own; all limits are in one place' },
  { pattern: /^\s*\}, \d[\d_]{3,}\);?$/, why: 'sets a limit of its own; all limits are in one place' },
  {
    pattern: /\bvi\.waitFor\b/,
    why: 'waits for a second at most; expect.poll waits as long as all tests may take',
  },
  { pattern: /\b(?:performance\.now|hrtime)\b/, why: 'looks at the clock; a slow run is slow, not wrong' },
];

/**
 * Lines of tests that would fail on a slow machine: time limits beside those of tools/devices/time-limits.mjs, and
 * readings of a clock.
 *
 * @param {readonly { path: string, text: string }[]} texts
 */
export function findTestLimits(texts) {
  return texts
    .filter(({ path }) => tests.test(path) && !path.startsWith('tools/check/'))
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, i) =>
          rules.filter(({ pattern }) => pattern.test(line)).map(({ why }) => `${path}:${i + 1} ${why}`),
        ),
    );
}
