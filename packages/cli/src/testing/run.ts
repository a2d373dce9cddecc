import { vi } from 'vitest';
import { runSynaprune } from '../run-synaprune.js';

/** What a run of the command line printed, and how it ended. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process. */
export async function run(...argv: readonly string[]): Promise<Ran> {
  const printed = { out: '', err: '' };
  const catchAs = (name: 'out' | 'err') => (text: unknown) => {
    printed[name] += String(text);
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(catchAs('out')),
    vi.spyOn(process.stderr, 'write').mockImplementation(catchAs('err')),
  ];
  try {
    const code = await runSynaprune(argv);
    if (!argv.includes('--json') && !argv.includes('--help')) requireOwnWords(printed.out);
    requireOwnWords(printed.err);
    return { code, ...printed };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** Names of functions and options as code has them, and texts as code quotes them; but for fields of files, and units. */
const OF_CODE = /\b(?!(?:kB|modelTopology|weightsManifest|operatorCodes)\b)[a-z]+[A-Z]\w*|\b\w+: '[^']*'/;

/** That nothing of what was printed is said as it is said in code: the command line has words of its own. */
function requireOwnWords(text: string): void {
  const found = OF_CODE.exec(text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""'));
  if (found !== null) throw new Error(`${JSON.stringify(found[0])} is of code, in ${text}`);
}
