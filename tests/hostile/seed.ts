import fc from "fast-check";

/** Repeats a run: `SEED=… bun test tests/hostile`. */
export const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));

const counts = new Map<string, number>();

/** Counts what a test was given, for the line at its end. */
export function count(what: string, inputs = 1): void {
  counts.set(what, (counts.get(what) ?? 0) + inputs);
}

/** Prints one line of counts. */
export function printCounts(): void {
  const parts = [...counts].map(([what, inputs]) => `${inputs} ${what}`);
  console.log(`hostile: ${parts.join(", ")} (seed ${seed})`);
}

/** Checks a property with the run's seed, which is printed when it fails. */
export function holds<Value>(
  arbitrary: fc.Arbitrary<Value>,
  runs: number,
  check: (value: Value) => void,
): void {
  count("inputs", runs);
  fc.assert(fc.property(arbitrary, check), { seed, numRuns: runs });
}

/** Inputs for what runs in another process, and so is not made smaller when it fails. */
export const sample = <Value>(arbitrary: fc.Arbitrary<Value>, runs: number): Value[] =>
  fc.sample(arbitrary, { seed, numRuns: runs });

/** Runs a check; what it throws is told with the seed and the input that did it. */
export function withInput(input: unknown, check: () => void): void {
  try {
    check();
  } catch (error) {
    throw new Error(
      `SEED=${seed} repeats this\n${(error as Error).message}\ninput: ${JSON.stringify(input)}`,
    );
  }
}
