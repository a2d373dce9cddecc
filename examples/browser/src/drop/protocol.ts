import type { DropState, Lengths, Unit, Wish } from './state';

/** A file with its place among those that were dropped together. */
export interface GivenFile {
  /** `folder/model.json`, or the name alone. */
  readonly path: string;
  readonly file: Blob;
}

/** What the page asks of the worker. A turn is a count: whatever belongs to an older one is void. */
export type Request =
  | {
      readonly kind: 'open';
      readonly turn: number;
      readonly files: readonly GivenFile[];
      readonly example: boolean;
      readonly wish: Wish;
    }
  | { readonly kind: 'make'; readonly turn: number; readonly wish: Wish; readonly lengths: Lengths | null }
  | { readonly kind: 'scan'; readonly turn: number; readonly unit: Unit }
  | { readonly kind: 'stop-scan'; readonly turn: number }
  | { readonly kind: 'save'; readonly turn: number; readonly what: 'model' | 'packed' }
  | { readonly kind: 'ping'; readonly turn: number };

/** A file to be downloaded. */
export interface SavedFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What the worker tells. */
export type Told =
  | { readonly kind: 'patch'; readonly turn: number; readonly patch: Partial<DropState> }
  | { readonly kind: 'saved'; readonly turn: number; readonly files: readonly SavedFile[] }
  | { readonly kind: 'pong' };
