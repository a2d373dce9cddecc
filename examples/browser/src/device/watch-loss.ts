import * as tf from '@tensorflow/tfjs';

/** Tells when the device that is current at the call has gone. */
export interface LossWatch {
  /** Rejects, in words, when the device goes; never resolves. */
  readonly lost: Promise<never>;
  isLost(): boolean;
  /** Waits until a loss would have been told: a step on a lost device may fail a good while before that. */
  settle(): Promise<void>;
  /** From now on the watch keeps quiet. */
  release(): void;
}

/** What of tfjs's two graphics backends this needs. */
interface GraphicsBackend {
  readonly device?: GPUDevice;
  getGPGPUContext?(): { readonly gl: WebGL2RenderingContext };
}

const SETTLE_MS = 1500;

/** Error of a device that has gone. */
export class DeviceLost extends Error {}

/** Watches a WebGPU device or a WebGL context; others are never lost. */
export function watchLoss(): LossWatch {
  const { device } = tf.backend() as GraphicsBackend;
  const context = (tf.backend() as GraphicsBackend).getGPGPUContext?.().gl;
  let [gone, released] = [false, false];
  let reject: (error: Error) => void = () => {};
  const lost = new Promise<never>((_, rejectPromise) => {
    reject = rejectPromise;
  });
  // Someone is always listening, so that a loss while nothing waits is no unhandled rejection.
  lost.catch(() => {});
  const lose = (why: string): void => {
    if (released) return;
    gone = true;
    reject(new DeviceLost(why));
  };
  void device?.lost.then(({ message }) => lose(message));
  const onContextLost = () => lose('the graphics driver took the context away');
  context?.canvas.addEventListener('webglcontextlost', onContextLost);
  return {
    lost,
    isLost: () => gone || context?.isContextLost() === true,
    settle: () =>
      Promise.race([lost.catch(() => {}), new Promise<void>((resolve) => setTimeout(resolve, SETTLE_MS))]),
    release() {
      released = true;
      context?.canvas.removeEventListener('webglcontextlost', onContextLost);
    },
  };
}
