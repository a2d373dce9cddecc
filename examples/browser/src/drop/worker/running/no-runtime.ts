import { inTerminal } from '../../command-line';

/** A model cannot be run here. The message says why and what to do, in words. */
export class NotRunError extends Error {
  override readonly name = 'NotRunError';
}

/** @throws NotRunError in a browser without WebAssembly */
export function requireWebAssembly(): void {
  if (typeof WebAssembly === 'object' && typeof WebAssembly.instantiate === 'function') return;
  throw new NotRunError(
    `this browser has no WebAssembly, or its settings switch it off. Bytes are measured, and the model can be taken away; time and agreement need a browser with WebAssembly, or the command line: ${inTerminal('compare')}`,
  );
}
