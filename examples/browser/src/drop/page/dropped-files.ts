import type { GivenFile } from '../protocol';

/** The most files of a folder that are looked at: a model has fewer. */
const MOST_FILES = 2000;

/** Files that were dropped, those in folders too, with their paths. */
export async function droppedFiles(transfer: DataTransfer): Promise<GivenFile[]> {
  // The list is emptied as soon as this event is over.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  const plain = [...transfer.files].map((file): GivenFile => ({ path: file.name, file }));
  if (!entries.some((entry) => entry?.isDirectory === true)) return plain;
  const files: GivenFile[] = [];
  for (const entry of entries) if (entry !== null) await takeEntry(entry, '', files);
  return files;
}

/** Files that were chosen. */
export const chosenFiles = (list: FileList | null): GivenFile[] =>
  [...(list ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));

async function takeEntry(entry: FileSystemEntry, folder: string, files: GivenFile[]): Promise<void> {
  if (files.length >= MOST_FILES) return;
  const path = `${folder}${entry.name}`;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    files.push({ path, file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A folder is read in parts, until one is empty.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (part.length === 0) return;
    for (const inner of part) await takeEntry(inner, `${path}/`, files);
  }
}
