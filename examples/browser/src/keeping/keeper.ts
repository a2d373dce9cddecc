import type { RunRecord } from './record';
import { claimStore, openRunStore, type RunStore } from './store';

/** Keeps the last run, in memory always and in the browser's database where it can. */
export interface Keeper {
  /** The run that was kept last. */
  kept(): RunRecord | null;
  /** When what a reload would find was kept; `null` where it would find nothing. */
  savedAt(): number | null;
  keep(record: RunRecord): Promise<void>;
  forget(): Promise<void>;
}

/**
 * Reads what an earlier visit kept. Where nothing can be stored, it says so once and goes on in memory.
 */
export async function openKeeper(complain: (text: string) => void): Promise<Keeper> {
  let record: RunRecord | null = null;
  let store: RunStore | null = null;
  /** The run as the database holds it. */
  let stored: RunRecord | null = null;
  let full = false;
  const guard = async (work: (store: RunStore) => Promise<void>): Promise<void> => {
    if (store === null) return;
    try {
      await work(store);
      full = false;
    } catch (error) {
      const { name, message } = error as Error;
      if (name === 'QuotaExceededError') {
        // Room may be made, so each save tries again.
        if (!full) complain(fullText(stored?.position ?? null));
        full = true;
        return;
      }
      store = null;
      complain(
        `This browser does not let the page store anything (${message}). ` +
          'Training works, but a reload loses it.',
      );
    }
  };
  if (await claimStore()) {
    store = openRunStore();
    await guard(async (open) => {
      const found = await open.read();
      if (found === 'other version') {
        complain('A run that another version of this page kept is here. It stays until a new one starts.');
      } else {
        record = found;
        stored = found;
      }
    });
  } else {
    complain(
      'This page is open in another tab, which keeps its run. What is trained here is lost on reload.',
    );
  }
  return {
    kept: () => record,
    savedAt: () => stored?.savedAt ?? null,
    async keep(given) {
      record = given;
      await guard(async (open) => {
        await open.write(given);
        stored = given;
      });
    },
    async forget() {
      record = null;
      await guard(async (open) => {
        await open.clear();
        stored = null;
      });
    },
  };
}

function fullText(storedAt: number | null): string {
  const found = storedAt === null ? 'finds no run' : `finds the run as it was at step ${storedAt}`;
  return (
    `There is no room left to store the run in this browser. Training goes on; a reload ${found}. ` +
    'Make room, and the next save tries again.'
  );
}
