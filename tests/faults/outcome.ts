import { debris, inspectConfig, uuidOf } from "../../tooling/faults/support.ts";
import type { Run } from "../../tooling/process.ts";
import { PASSWORD, type World } from "../../tooling/world.ts";
import type { Scenario } from "./scenarios.ts";

/** What was there before the command ran. */
export interface Before {
  token: string;
  /** This machine's own key. */
  own: string;
  /** Keys of other machines, some of the same name. */
  others: string[];
  /** The account's address: the command may have changed it. */
  email: () => string;
}

/** Everything that is wrong with how a command ended, one line each. */
export async function problemsOf(
  world: World,
  scenario: Scenario,
  before: Before,
  { run, json, lies, tells }: { run: Run; json: boolean; lies: boolean; tells?: boolean | undefined },
): Promise<string[]> {
  const problems = tells
    ? [...problemsOfTelling(run, json)]
    : [...problemsOfOutput(run, json, scenario.reports !== undefined)];
  const { token, problem } = await inspectConfig(world);
  if (problem) problems.push(problem);
  const works = token !== undefined && (await world.portal.isLive(token));
  // The account's keys end with it; the token may be left only where the account is.
  const isEnding = scenario.path === "account delete";
  const isLogout = scenario.path === "auth logout";
  if (isEnding) {
    const isPending = world.portal.get(scenario.email).pendingDeletion;
    if (token === undefined && !isPending) problems.push("the token is gone, and the account is not");
  } else if (isLogout ? token !== undefined : token !== before.token && !works)
    problems.push(
      isLogout ? "the token is still stored" : "the stored token is neither the old one nor works",
    );
  const left = await debris(world);
  if (left.length > 0) problems.push(`left behind: ${left}`);

  const said = run.stdout + run.stderr;
  if (isEnding) return problems;
  const live = world.portal.liveKeys(before.email());
  for (const uuid of before.others)
    if (!live.some((key) => key.uuid === uuid)) problems.push("the key of another machine was deleted");
  const told = (uuid: string, name: string) =>
    said.includes(uuid) ||
    (said.includes(`"${name}`.replace('"', json ? '\\"' : '"')) && /may exist/.test(said));
  for (const { uuid, name } of live) {
    // What the user named to delete is known to the user.
    if (name === "doomed" || before.others.includes(uuid) || uuid === uuidOf(token) || told(uuid, name))
      continue;
    if (lies) continue;
    if (uuid !== before.own) problems.push(`nobody knows of the new key ${uuid}`);
    else if (!/still works?\b/.test(said)) problems.push("nobody knows that the old key still works");
  }
  const creations = world.portal.steps().filter((step) => step === "createKey").length;
  if (creations > 1) problems.push(`a key was created ${creations} times`);
  return problems;
}

function* problemsOfOutput(
  { exit, stdout, stderr }: Run,
  json: boolean,
  reports: boolean,
): Generator<string> {
  if ((stdout + stderr).includes(PASSWORD)) yield "the password is shown";
  if (/internal error|\bat .*:\d+:\d+|undefined/.test(stdout + stderr)) yield `it crashed: ${stderr}`;
  // A secret that came as a flag is warned of, whatever happens then.
  const lines = stderr
    .split("\n")
    .slice(0, -1)
    .filter((line) => !/^warning: --\S+: other users/.test(line));
  if (stderr !== "" && !stderr.endsWith("\n")) yield "stderr does not end with a line end";
  if (exit === 0) {
    for (const line of lines) if (/^error/.test(line)) yield `an error although the exit code is 0: ${line}`;
    if (json && !isDocument(stdout)) yield `stdout is not one JSON document: ${stdout}`;
    return;
  }
  if (reports) {
    if (stderr !== "") yield `stderr is not empty: ${stderr}`;
    if (json ? !isDocument(stdout) : stdout === "") yield `stdout does not tell the state: ${stdout}`;
    return;
  }
  if (stdout !== "") yield `stdout is not empty on failure: ${stdout}`;
  if (!json && (lines.length !== 1 || !lines[0]?.startsWith("error: ")))
    yield `not one line of error: ${stderr}`;
  if (json && !isErrorDocument(stderr)) yield `stderr is not one JSON document: ${stderr}`;
}

/** The result is there all the same, and people are warned beside it. */
function* problemsOfTelling({ exit, stdout, stderr }: Run, json: boolean): Generator<string> {
  if (json ? !isDocument(stdout) : stdout === "") yield `stdout does not tell the result: ${stdout}`;
  if (json ? stderr !== "" : exit !== 0 && !/^warning: \d+ could not/.test(stderr))
    yield `stderr is not as it should be: ${stderr}`;
}

function isDocument(text: string): boolean {
  try {
    return text === `${JSON.stringify(JSON.parse(text), null, 2)}\n`;
  } catch {
    return false;
  }
}

const isErrorDocument = (text: string): boolean => {
  if (!isDocument(text)) return false;
  const { error } = JSON.parse(text);
  return typeof error?.code === "string" && typeof error.message === "string";
};
