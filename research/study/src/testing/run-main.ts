import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The program as it is built: processes that train need files that Node can run. */
export const MAIN: string = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** How the program ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** A signal for the program, once it has said something. */
export interface Interruption {
  readonly at: string;
  readonly with: NodeJS.Signals;
}

/** Runs the program in a folder to its end, or sends it a signal when it has said something. */
export function runMain(folder: string, args: readonly string[], end?: Interruption): Promise<Ended> {
  return new Promise<Ended>((resolve) => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: folder,
      env: { ...process.env, NO_COLOR: '1' },
    });
    let [out, err, sent] = ['', '', false];
    child.stdout.on('data', (data) => {
      out += data;
      if (sent || end === undefined || !out.includes(end.at)) return;
      sent = true;
      child.kill(end.with);
    });
    child.stderr.on('data', (data) => {
      err += data;
    });
    child.on('close', (code, signal) => resolve({ code, signal, out, err }));
  });
}
