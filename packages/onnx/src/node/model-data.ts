import { basename, resolve } from 'node:path';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { showPlace } from '../bytes/wire.js';
import type { TensorView } from '../view/model-view.js';
import { outOfBounds } from '../view/out-of-bounds.js';
import { type ExternalFiles, openExternalFiles } from './external-data.js';
import type { OpenRules } from './open-rules.js';

/** Opens the files that a model keeps weights in, if that was asked for. @throws PruneError `external-data` */
export async function openData(
  tensors: readonly TensorView[],
  at: { readonly externalData: boolean; readonly folder: string; readonly rules: OpenRules },
): Promise<ExternalFiles> {
  const external = tensors.find(({ storage }) => storage.kind === 'external');
  if (external !== undefined && !at.externalData) throw unopenedError(external);
  return await openExternalFiles(at.folder, tensors, at.rules);
}

function unopenedError({ place, storage }: TensorView): PruneError {
  const location = storage.kind === 'external' ? (storage.entries.get('location') ?? '') : '';
  return new PruneError(
    'external-data',
    `${showPlace(place)} has its data in ${quote(location)}, a file that the model names; ` +
      'set externalData: true to have such files read and copied',
  );
}

/** Two models in one folder would have the same data files. @throws PruneError `external-data` */
export function requireOwnFolder(
  data: ExternalFiles,
  at: { readonly path: string; readonly out: string; readonly folder: string; readonly outFolder: string },
): void {
  const own = [at.path, at.out].map((each) => basename(resolve(each)));
  const itself = data.files.find(({ parts }) => own.includes(parts.join('/')));
  if (itself !== undefined) {
    throw outOfBounds(at.path, `its data in ${itself.parts.join('/')}, which is the model itself`);
  }
  if (data.files.length === 0 || at.folder !== at.outFolder || resolve(at.path) === resolve(at.out)) return;
  const [file] = data.files;
  throw outOfBounds(
    at.path,
    `its data in ${file!.parts.join('/')}, which ${at.out} would overwrite; out needs another folder, or to be the model itself`,
  );
}
