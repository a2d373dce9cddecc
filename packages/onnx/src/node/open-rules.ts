import { realpath } from 'node:fs/promises';
import { type Notice, PruneError } from '@synaprune/core';
import { describe, quote } from '@synaprune/core/checks';
import type { OpenRules as FileRules, Refusal } from '@synaprune/files';

/** Where a model and its data files may be found. */
export interface OpenRules extends FileRules {
  /** Whether they are only read. Then they may have a second name, as package managers give it, and no link is followed. */
  readonly onlyRead?: boolean;
}

/** The option `followLinksInside`, checked. */
export async function openRules(folder: string | undefined): Promise<OpenRules> {
  if (folder === undefined) return {};
  if (typeof folder !== 'string' || folder === '') {
    throw new TypeError(`pruneOnnxFile needs followLinksInside to be a folder, got ${describe(folder)}`);
  }
  const linksInside = await realpath(folder).catch((cause: unknown) => {
    throw new PruneError(
      'file-failed',
      `followLinksInside is ${quote(folder, 500)}, which cannot be reached`,
      {
        cause,
      },
    );
  });
  return { linksInside };
}

/** Why a file was not opened, to stand behind "which". */
export function reasonOf(
  { why, behindLink = false }: Refusal,
  { linksInside, onlyRead = false }: OpenRules,
): string {
  if (!behindLink || onlyRead) return why;
  return linksInside === undefined
    ? `${why}; to follow links, name the folder that they may lead into: followLinksInside`
    : `${why}, which followLinksInside names`;
}

/** What to tell where the system does not say what was opened. */
export function unprovenNotices(proven: boolean, path: string): readonly Notice[] {
  if (proven) return [];
  return [
    {
      code: 'path-unproven',
      message:
        `this system does not tell the path of an open file: that ${quote(path, 500)} and the files it names lie where ` +
        'they should was compared before and after opening, which somebody who can write to their folders could outwit',
    },
  ];
}
