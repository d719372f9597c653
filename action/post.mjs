/** When the job ends, however it ends: deletes the job's key, if the step came so far as to make one. */
import { endKey } from "./key.mjs";
import { savedState } from "./runner.mjs";

const saved = savedState("key");
if (saved) {
  const { program, where, ...key } = JSON.parse(saved);
  await endKey(program, where, key);
}
