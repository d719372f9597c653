import type { Readable } from "node:stream";
import { UsageError } from "./failure.ts";
import { inTime } from "./in-time.ts";
import { rememberSecret } from "./safe-text.ts";
import { onlyLines, stderrIsTerminal } from "./terminal.ts";

const NOTICE_MS = 3000;
const PATIENCE_MS = 60_000;
const MAX_BYTES = 1024 * 1024;

/** Whether a person can be asked: prompts need a terminal to read from and one to write to. */
export const canPrompt = (json: boolean): boolean =>
  !json && stderrIsTerminal() && Boolean(process.stdin.isTTY);

type Check = (value: string) => string | undefined;

export async function promptText(message: string, check: Check = () => undefined): Promise<string> {
  if (onlyLines()) return askPlainly(message, check, false);
  const { askText } = await import("./prompt.ts");
  return askText(message, check);
}

/** Asks for something that must not be shown. */
export async function promptSecret(
  message: string,
  check: Check = (value) => (value ? undefined : "It must not be empty"),
): Promise<string> {
  const ask = async () => {
    if (onlyLines()) return askPlainly(message, check, true);
    const { askHidden } = await import("./prompt.ts");
    return askHidden(message, check);
  };
  const answer = await ask();
  rememberSecret(answer);
  return answer;
}

export async function promptConfirm(message: string): Promise<boolean> {
  if (onlyLines()) {
    const answer = await askPlainly(`${message} (y/N)`, yesOrNo, false);
    return /^y/i.test(answer.trim());
  }
  const { askSure } = await import("./prompt.ts");
  return askSure(message);
}

const yesOrNo: Check = (text) => (/^(y|yes|n|no)?$/i.test(text.trim()) ? undefined : "Answer with yes or no");

async function askPlainly(message: string, check: Check, hidden: boolean): Promise<string> {
  const { askLine } = await import("./plain-prompt.ts");
  return askLine(message, check, hidden);
}

/**
 * A secret from piped stdin: everything but one line end at its end.
 * @param what how a message names it
 * @returns `undefined` when stdin is empty
 * @throws {UsageError} after 60 s without an end
 */
export async function readSecretFromStdin(
  what: string,
  tell: (message: string) => void,
  stdin: Readable = process.stdin,
): Promise<string | undefined> {
  const notice = setTimeout(() => tell(`waiting for the ${what} on stdin`), NOTICE_MS);
  const late = () => new UsageError(`no ${what} came on stdin within 60 s`, "input_missing");
  try {
    const text = await inTime(readAll(stdin, what), PATIENCE_MS, late);
    const secret = text.replace(/\r?\n$/, "");
    rememberSecret(secret);
    return secret || undefined;
  } finally {
    clearTimeout(notice);
    stdin.destroy();
  }
}

async function readAll(stdin: Readable, what: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of stdin) {
      chunks.push(chunk as Uint8Array);
      size += (chunk as Uint8Array).length;
      if (size > MAX_BYTES) throw new UsageError(`the ${what} on stdin is too long`);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // A stdin that was closed before the program started cannot be read: nothing came from it.
    return "";
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new UsageError(`the ${what} on stdin is not UTF-8 text`);
  }
}
