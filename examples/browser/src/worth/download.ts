import type * as tf from '@tensorflow/tfjs';
import { packModel } from '../moments/measure';
import type { Session } from '../session/session-api';
import type { SessionState } from '../session/state';
import { byId } from '../view/elements';
import { offer } from '../view/offer';
import { modelFiles } from './model-files';

/** The buttons that hand over the model's files. */
export function mountDownload(
  session: () => Session | null,
  complain: (text: string) => void,
): (state: SessionState) => void {
  const buttons: readonly {
    readonly button: HTMLButtonElement;
    readonly name: string;
    readonly of: (artifacts: tf.io.ModelArtifacts) => Content | Promise<Content>;
  }[] = [
    {
      button: byId('download-model'),
      name: 'model.json',
      of: (artifacts) => modelFiles(artifacts).model,
    },
    {
      button: byId('download-weights'),
      name: 'weights.bin',
      of: (artifacts) => modelFiles(artifacts).weights as Uint8Array<ArrayBuffer>,
    },
    { button: byId('download-packed'), name: 'model.synp', of: packModel },
  ];
  for (const { button, name, of } of buttons) {
    button.addEventListener('click', async () => {
      try {
        const artifacts = await session()?.exportModel();
        if (artifacts !== undefined) offer(name, await of(artifacts));
      } catch (error) {
        complain(`The model could not be handed over: ${(error as Error).message}`);
      }
    });
  }
  return ({ phase }) => {
    for (const { button } of buttons) button.disabled = phase !== 'paused' && phase !== 'finished';
  };
}

type Content = string | Uint8Array<ArrayBuffer>;
