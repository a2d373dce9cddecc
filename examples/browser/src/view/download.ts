import { type ModelFiles, modelFiles } from '../model-files';
import type { Session } from '../session/session';
import type { SessionState } from '../session/state';
import { byId, make } from './elements';

/** The two buttons that hand over the model's files. */
export function mountDownload(
  session: () => Session | null,
  complain: (text: string) => void,
): (state: SessionState) => void {
  const buttons = [
    {
      button: byId<HTMLButtonElement>('download-model'),
      name: 'model.json',
      of: (files: ModelFiles) => files.model,
    },
    {
      button: byId<HTMLButtonElement>('download-weights'),
      name: 'weights.bin',
      of: (files: ModelFiles) => files.weights as Uint8Array<ArrayBuffer>,
    },
  ];
  for (const { button, name, of } of buttons) {
    button.addEventListener('click', async () => {
      try {
        const artifacts = await session()?.exportModel();
        if (artifacts !== undefined) offer(name, of(modelFiles(artifacts)));
      } catch (error) {
        complain(`The model could not be handed over: ${(error as Error).message}`);
      }
    });
  }
  return ({ phase }) => {
    for (const { button } of buttons) button.disabled = phase !== 'paused' && phase !== 'finished';
  };
}

function offer(name: string, content: string | Uint8Array<ArrayBuffer>): void {
  const url = URL.createObjectURL(new Blob([content]));
  make('a', '', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
