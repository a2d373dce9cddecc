import type * as tfjs from '@tensorflow/tfjs';
import { NotRunError } from './no-runtime';

/** TensorFlow.js, loaded, and what it runs on. */
export interface Tfjs {
  readonly tf: typeof tfjs;
  readonly version: string;
}

let opened: Promise<Tfjs> | undefined;

/**
 * TensorFlow.js on WebAssembly, or in plain JavaScript where there is none; loaded when it is first needed.
 *
 * @throws NotRunError where its files do not arrive
 */
export function openTfjs(): Promise<Tfjs> {
  opened ??= load().catch((error: unknown) => {
    opened = undefined;
    throw new NotRunError('TensorFlow.js’s own files did not arrive. Reload the page to try again', {
      cause: error,
    });
  });
  return opened;
}

async function load(): Promise<Tfjs> {
  const [tf, { register }] = await Promise.all([
    import('@tensorflow/tfjs'),
    import('../../../device/register'),
  ]);
  tf.env().set('PROD', true);
  await register('wasm');
  const wasm = typeof WebAssembly === 'object' && (await tf.setBackend('wasm').catch(() => false));
  if (!wasm) await tf.setBackend('cpu');
  await tf.ready();
  const where = wasm ? 'WebAssembly, one thread' : 'plain JavaScript';
  return { tf, version: `TensorFlow.js ${tf.version_core} on ${where}` };
}
