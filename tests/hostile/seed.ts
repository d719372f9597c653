import fc from "fast-check";
import { count, seed } from "../../tooling/counts.ts";

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
