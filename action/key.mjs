/** The job's API key, made and deleted by the pinner that was installed. */
import { spawn } from "node:child_process";
import { tell, warn } from "./runner.mjs";

/**
 * @typedef {object} Key
 * @property {string} name
 * @property {string} uuid
 * @property {string} token
 */

/** @typedef {Record<string, string>} Variables */

/** Variables that decide who somebody is: those of the job are not those of this step. */
const CREDENTIALS = /^PINNER_(?:AUTH_TOKEN|EMAIL|PASSWORD|NEW_PASSWORD|OTP|OTP_SECRET)(?:_FILE)?$/;

/**
 * @param {string} program
 * @param {Variables} credentials as variables of pinner: of a login, or a token
 * @param {string} name
 * @returns {Promise<Key>}
 * @throws {Error} with what pinner said
 */
export async function createKey(program, credentials, name) {
  let variables = credentials;
  if (credentials["PINNER_EMAIL"]) {
    // A session rather than a key that `auth` makes: `auth --key-name` deletes the keys of other jobs of that name.
    const { token } = await pinner(program, ["auth", "--stdout", "--no-create-key"], credentials);
    variables = { ...credentials, PINNER_AUTH_TOKEN: token };
  }
  return pinner(program, ["account", "api-keys", "create", "--json", "--", name], variables);
}

/**
 * Deletes a key with its own token. One that cannot be deleted is a warning: what the job did is done.
 * @param {string} program
 * @param {Variables} where the service is
 * @param {Omit<Key, "name">} key
 */
export async function endKey(program, where, { uuid, token }) {
  const args = ["account", "api-keys", "delete", uuid, "--force"];
  try {
    await pinner(program, args, { ...where, PINNER_AUTH_TOKEN: token });
    tell("The API key of this job is deleted");
  } catch (error) {
    if (error instanceof PinnerError && GONE.includes(error.code))
      tell("The API key of this job was gone already");
    else
      warn(
        `The API key of this job could not be deleted: ${error instanceof Error ? error.message : error}. ` +
          `It works for up to 30 days, unless you run: pinner account api-keys delete ${uuid}`,
      );
  }
}

/** Codes of a key that somebody has deleted, or that has ended: it opens nothing any more. */
const GONE = ["token_refused", "token_expired", "not_found"];

class PinnerError extends Error {
  /**
   * @param {string} code as docs/cli.md lists them
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/**
 * @param {string} program
 * @param {string[]} args without secrets
 * @param {Variables} variables
 * @returns {Promise<any>} the document that it printed
 */
async function pinner(program, args, variables) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !CREDENTIALS.test(name) && !name.startsWith("INPUT_"),
  );
  const env = { ...Object.fromEntries(kept), ...variables };
  const { code, stdout, stderr } = await collect(spawn(program, ["--json", ...args], { env, stdio: "pipe" }));
  if (code === 0) {
    for (const line of stderr.split("\n")) if (line) warn(line.replace(/^warning: /, ""));
    return JSON.parse(stdout);
  }
  throw readError(stderr) ?? new PinnerError("internal", `pinner ended with ${code}: ${stderr.trim()}`);
}

/** @param {string} stderr */
function readError(stderr) {
  try {
    const { error } = JSON.parse(stderr);
    return new PinnerError(error.code, [error.message, error.hint].filter(Boolean).join(". "));
  } catch {
    return undefined;
  }
}

/**
 * @param {import("node:child_process").ChildProcessWithoutNullStreams} child
 * @returns {Promise<{code: number | null, stdout: string, stderr: string}>}
 */
async function collect(child) {
  // A job that is cancelled: pinner ends what it has begun, and we with it.
  const pass = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, pass);
  child.stdin.end();
  const texts = { stdout: "", stderr: "" };
  for (const name of /** @type {const} */ (["stdout", "stderr"]))
    child[name].setEncoding("utf8").on("data", (text) => {
      texts[name] += text;
    });
  try {
    const code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
    return { code, ...texts };
  } finally {
    for (const signal of SIGNALS) process.off(signal, pass);
  }
}

const SIGNALS = /** @type {const} */ (["SIGINT", "SIGTERM"]);
