// @ts-check
import { execFile } from 'node:child_process';

/**
 * What a program prints on its standard output, within so many milliseconds.
 *
 * @typedef {(program: string, args: readonly string[], patience?: number) => Promise<Answer>} Ask
 * @typedef {{ text: string } | { problem: 'slow' | 'failed' }} Answer
 */

/** @type {Ask} */
export const ask = (program, args, patience = 4000) =>
  new Promise((resolve) => {
    const options = { timeout: patience, killSignal: /** @type {const} */ ('SIGKILL'), encoding: 'utf8' };
    execFile(program, [...args], options, (error, stdout) => {
      if (error === null) resolve({ text: String(stdout).trim() });
      else resolve({ problem: error.killed ? 'slow' : 'failed' });
    });
  });
