const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Two signals closer than this are one Ctrl-C: npm passes on what the terminal already sent. */
const SAME_PRESS_MS = 1000;

/**
 * Turns Ctrl-C (and SIGTERM, and a terminal that closes) into an abort signal. A second, later press ends the
 * process at once.
 *
 * @returns the signal, and `release`, which gives Ctrl-C its usual meaning back
 */
export function catchInterruption(): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  let first: number | null = null;
  const interrupt = () => {
    first ??= performance.now();
    if (performance.now() - first > SAME_PRESS_MS) process.exit(130);
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, interrupt);
  // Nobody may be reading any more; the files still have to be written.
  process.stdout.on('error', () => {});
  return {
    signal: controller.signal,
    release: () => {
      for (const name of SIGNALS) process.removeListener(name, interrupt);
    },
  };
}
