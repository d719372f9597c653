/** The step: installs pinner, makes the job's key, and hands it to the steps that follow. */
import { install, ownVersion } from "./install.mjs";
import { createKey, endKey } from "./key.mjs";
import {
  addPath,
  exportVariable,
  fail,
  input,
  mask,
  saveState,
  secretInput,
  setOutput,
  tell,
} from "./runner.mjs";

try {
  await main();
} catch (error) {
  fail(error);
}

async function main() {
  const credentials = readCredentials();
  const endpoint = input("base-endpoint");
  // Blank ones too: what a later step exports must not send the deletion elsewhere, or stop it.
  const where = {
    PINNER_BASE_ENDPOINT: endpoint || (process.env["PINNER_BASE_ENDPOINT"] ?? ""),
    PINNER_SECURE: process.env["PINNER_SECURE"] ?? "",
    PINNER_DEFAULT_TIMEOUT: process.env["PINNER_DEFAULT_TIMEOUT"] ?? "",
    PINNER_MAX_RETRIES: process.env["PINNER_MAX_RETRIES"] ?? "",
  };
  const version = input("version").replace(/^v/, "") || (await ownVersion());
  const base = input("download-base") || process.env["PINNER_DOWNLOAD_BASE"] || "";
  const { directory, program } = await install(version, base);
  addPath(directory);
  setOutput("version", version);

  const name = input("key-name") || `github-${process.env["GITHUB_RUN_ID"]}`;
  const key = await createKey(program, { ...where, ...credentials }, name);
  mask(key.token);
  try {
    // Before anything else: from here on the key is deleted when the job ends, whatever fails until then.
    saveState("key", JSON.stringify({ program, uuid: key.uuid, token: key.token, where }));
  } catch (error) {
    await endKey(program, where, key);
    throw error;
  }
  // With the token: it must not go to another service than the one that it is for.
  if (endpoint) exportVariable("PINNER_BASE_ENDPOINT", endpoint);
  exportVariable("PINNER_AUTH_TOKEN", key.token);
  setOutput("key-name", key.name);
  setOutput("key-uuid", key.uuid);
  tell("PINNER_AUTH_TOKEN has an API key of this job alone, which is deleted when the job ends");
}

/** @returns {import("./key.mjs").Variables} */
function readCredentials() {
  const email = input("email");
  const token = input("token");
  for (const secret of ["password", "otp-secret", "token"]) {
    const value = secretInput(secret);
    if (value) mask(value);
  }
  if (email && token) throw new Error("the inputs email and token exclude each other");
  if (token) return { PINNER_AUTH_TOKEN: token };
  const why = "Is the secret set, and given to this workflow? Those of a fork are not";
  if (!email)
    throw new Error(`either the inputs email and password or the input token must be given. ${why}`);
  const password = secretInput("password");
  if (!password) throw new Error(`the input password is empty. ${why}`);
  return {
    PINNER_EMAIL: email,
    PINNER_PASSWORD: password,
    PINNER_OTP_SECRET: secretInput("otp-secret"),
    PINNER_OTP: input("otp-code"),
  };
}
