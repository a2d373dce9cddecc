/** What work gave, and the CPU time that it took: of all threads of this process. */
export interface Costed<Result> {
  readonly result: Result;
  readonly seconds: number;
}

/** Does something once, and says what it cost. */
export async function costOf<Result>(work: () => Promise<Result>): Promise<Costed<Result>> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, seconds: (user + system) / 1e6 };
}
