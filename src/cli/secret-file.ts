import { open } from "node:fs/promises";
import { systemReason } from "../credentials/config-error.ts";
import { Failure } from "./failure.ts";
import { inTime } from "./in-time.ts";
import { rememberSecret } from "./safe-text.ts";
import { type FiledVariable, fileOf } from "./variables.ts";

const MAX_BYTES = 64 * 1024;
const PATIENCE_MS = 60_000;

/**
 * What a variable's file holds, but for one line end at its end: the files of Docker, Kubernetes and systemd, or a pipe.
 * @returns nothing where no file is named, or the variable itself is set
 * @throws {Failure} `file_unreadable`, with the variable and the file
 */
export async function readSecretFile(variable: FiledVariable): Promise<string | undefined> {
  const path = fileOf(variable);
  if (path === undefined) return undefined;
  const refuse = (problem: string, cause?: unknown) =>
    new Failure("file_unreadable", `${variable}_FILE: ${path} ${problem}`, undefined, { cause });
  const reading = read(path).catch((error: unknown) => {
    throw refuse(`could not be read: ${systemReason(error)}`, error);
  });
  const late = () => refuse("could not be read: nothing came from it within 60 s");
  const bytes = await inTime(reading, PATIENCE_MS, late);
  if (bytes.length > MAX_BYTES) throw refuse("is larger than 64 KiB");
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw refuse("is not UTF-8 text", cause);
  }
  const value = text.replace(/\r?\n$/, "");
  if (value.trim() === "") throw refuse("is empty");
  rememberSecret(value);
  return value;
}

/** At most one byte more than it may have: what never ends is not read to its end. */
async function read(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const bytes = new Uint8Array(MAX_BYTES + 1);
    let size = 0;
    for (let read = -1; read !== 0 && size < bytes.length; size += read)
      read = (await file.read(bytes, size, bytes.length - size)).bytesRead;
    return bytes.subarray(0, size);
  } finally {
    await file.close();
  }
}
