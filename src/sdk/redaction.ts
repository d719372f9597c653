/** Shorter ones would be found in every other word. */
const MIN_CHARACTERS = 4;

/** A text without these secrets, also where they are written as in JSON, in a URL, in a form or on one line. */
export function withoutSecrets(text: string, secrets: Iterable<string>): string {
  const possible = [...secrets].filter((secret) => mayHold(text, secret));
  const forms = new Set(possible.flatMap(formsOf).filter((form) => form.length >= MIN_CHARACTERS));
  // The longest first: a secret may be a part of another.
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((clean, form) => clean.replaceAll(form, "***"), text);
}

/** Whether a text may hold a secret in some form. No form changes letters, digits, `_`, `.` and `-`. */
function mayHold(text: string, secret: string): boolean {
  const [unchanged = ""] = /[\w.-]+/.exec(secret) ?? [];
  return text.includes(unchanged);
}

function formsOf(secret: string): string[] {
  if (secret.length < MIN_CHARACTERS) return [];
  const json = JSON.stringify(secret).slice(1, -1);
  const escaped = (text: string, units: RegExp) =>
    text.replace(units, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const ascii = escaped(json, /[\u007f-\uffff]/g);
  // As Go writes JSON, so that it may stand in a page.
  const go = escaped(json, /[<>&\u2028\u2029]/g);
  // `encodeURIComponent` throws for a lone surrogate, and who sends one sends U+FFFD instead.
  const url = encodeURIComponent(secret.replace(/\p{Surrogate}/gu, "\ufffd"));
  // Who encodes for URLs agrees on neither these signs, nor the space, nor upper case.
  const strict = url.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = `${new URLSearchParams([["", secret]])}`.slice(1);
  const encoded = [url, strict, form, url.replaceAll("%20", "+"), form.replaceAll("+", "%20")];
  const lowerCase = encoded.map((text) => text.replace(/%../g, (octet) => octet.toLowerCase()));
  return [secret, json, ascii, go, ...encoded, ...lowerCase, secret.replace(/\s+/g, " ").trim()];
}
