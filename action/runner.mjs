/** What a runner gives to a JavaScript action, and takes from it: its variables, files and lines of stdout. */
import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { EOL } from "node:os";

/**
 * An input, without the white space around it.
 * @param {string} name as in action.yml
 * @returns {string} empty where it is not given
 */
export const input = (name) => secretInput(name).trim();

/**
 * An input whose white space may belong to it; one line end at its end does not.
 * @param {string} name
 */
export const secretInput = (name) =>
  (process.env[`INPUT_${name.replaceAll(" ", "_").toUpperCase()}`] ?? "").replace(/\r?\n$/, "");

/**
 * What the main part of this step has saved.
 * @param {string} name
 */
export const savedState = (name) => process.env[`STATE_${name}`] ?? "";

/**
 * Keeps a value for the post part, which runs when the job ends.
 * @param {string} name
 * @param {string} value
 */
export const saveState = (name, value) => append("GITHUB_STATE", assignment(name, value));

/**
 * @param {string} name
 * @param {string} value
 */
export const setOutput = (name, value) => append("GITHUB_OUTPUT", assignment(name, value));

/**
 * Sets a variable for the steps that follow.
 * @param {string} name
 * @param {string} value
 */
export const exportVariable = (name, value) => append("GITHUB_ENV", assignment(name, value));

/**
 * Puts a directory first on the PATH of the steps that follow.
 * @param {string} directory
 */
export const addPath = (directory) => append("GITHUB_PATH", `${directory}${EOL}`);

/**
 * From now on the runner shows `***` wherever the value would stand in a log.
 * @param {string} secret
 */
export const mask = (secret) => command("add-mask", secret);

/** @param {string} text */
export const warn = (text) => command("warning", text);

/** @param {string} text of ours: nobody else's may stand in it, see `command` */
export const tell = (text) => process.stdout.write(`${text}${EOL}`);

/**
 * Ends the step as failed.
 * @param {unknown} error
 */
export function fail(error) {
  command("error", error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

/**
 * A line that the runner reads. Whatever is told goes through here: a text of others cannot begin a command of its own.
 * @param {string} name
 * @param {string} text
 */
function command(name, text) {
  const escaped = text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  process.stdout.write(`::${name}::${escaped}${EOL}`);
}

/**
 * @param {string} name
 * @param {string} value
 */
function assignment(name, value) {
  // Nobody can guess what ends the value, and so no value can set a second one.
  const end = `end_${randomUUID()}`;
  return `${name}<<${end}${EOL}${value}${EOL}${end}${EOL}`;
}

/**
 * @param {string} variable that names the file
 * @param {string} text
 */
function append(variable, text) {
  const path = process.env[variable];
  if (!path) throw new Error(`${variable} is not set: this runs as a step of GitHub Actions only`);
  appendFileSync(path, text);
}
