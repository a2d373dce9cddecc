import type { RunRecord } from './record';
import { claimStore, openRunStore, type RunStore } from './store';

/** Keeps the last run, in memory always and in the browser's database where it can. */
export interface Keeper {
  /** The run that was kept last. */
  kept(): RunRecord | null;
  keep(record: RunRecord): Promise<void>;
  forget(): Promise<void>;
}

/**
 * Reads what an earlier visit kept. Where nothing can be stored, it says so once and goes on in memory.
 */
export async function openKeeper(complain: (text: string) => void): Promise<Keeper> {
  let record: RunRecord | null = null;
  let store: RunStore | null = null;
  const guard = async (work: (store: RunStore) => Promise<void>): Promise<void> => {
    if (store === null) return;
    try {
      await work(store);
    } catch (error) {
      store = null;
      complain(
        `This browser does not let the page store anything (${(error as Error).message}). ` +
          'Training works, but a reload loses it.',
      );
    }
  };
  if (await claimStore()) {
    store = openRunStore();
    await guard(async (open) => {
      record = await open.read();
    });
  } else {
    complain(
      'This page is open in another tab, which keeps its run. What is trained here is lost on reload.',
    );
  }
  return {
    kept: () => record,
    async keep(given) {
      record = given;
      await guard((open) => open.write(given));
    },
    async forget() {
      record = null;
      await guard((open) => open.clear());
    },
  };
}
