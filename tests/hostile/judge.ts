import { expect } from "bun:test";

/** Control characters, bidirectional controls, line and paragraph separators, halves of characters. */
export const RAW = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]|[\u{e0000}-\u{e007f}]/u;

/** Nothing in a text steers a terminal, but for line ends. */
export function expectSafe(text: string): void {
  expect(RAW.exec(text.replaceAll("\n", ""))?.[0]).toBeUndefined();
}

/** What `--json` promises of a stream: nothing, or one document and a line end. */
export function expectDocument(text: string): void {
  if (text === "") return;
  expect(text).toBe(`${text.trimEnd()}\n`);
  JSON.parse(text);
}

/** A text as it is, and as somebody could read it who knows JSON and URLs. */
function readings(text: string): string[] {
  const json = text.replace(/\\(?:u([\da-f]{4})|(.))/gi, (_, hex?: string, sign?: string) =>
    hex ? String.fromCharCode(Number.parseInt(hex, 16)) : (escapes[sign ?? ""] ?? sign ?? ""),
  );
  return [
    text,
    json,
    ...[text, json].flatMap((read) => [decodeUrl(read), decodeUrl(read.replaceAll("+", " "))]),
  ];
}

const escapes: Record<string, string> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

const decodeUrl = (text: string): string =>
  text.replace(/(?:%[\da-f]{2})+/gi, (octets) => Buffer.from(octets.replaceAll("%", ""), "hex").toString());

const onOneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

/** No secret, nor payload or signature of a token, can be read out of a text. */
export function expectSecret(text: string, secrets: string[]): void {
  const parts = secrets.flatMap((secret) =>
    /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(secret) ? [secret, ...secret.split(".").slice(1)] : [secret],
  );
  const read = readings(text).flatMap((reading) => [reading, onOneLine(reading)]);
  const found = parts.filter((part) =>
    read.some((reading) => reading.includes(part) || reading.includes(onOneLine(part))),
  );
  expect(found).toEqual([]);
}
