import type { SavedFile } from '../protocol';

/** How long an address of a download is kept: until the browser has taken it. */
const KEPT_MS = 60_000;

/** Hands files to the browser to be saved, one after the other. */
export function saveFiles(files: readonly SavedFile[]): void {
  for (const { name, bytes } of files) {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
    // A download has no folders.
    link.download = name.split('/').at(-1)!;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
  }
}
