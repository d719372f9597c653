import { createConsola } from "consola/core";
import { redact, safeJson, safeText } from "./safe-text.ts";

export interface Output {
  json: boolean;
  /** The result: stdout. Lines must be safe already. */
  result(text: string): void;
  document(value: unknown): void;
  /** To stderr, unless quiet: `info` a note, `warn` a warning, `debug` only when verbose. */
  info(text: string): void;
  warn(text: string): void;
  debug(text: string): void;
  error(failure: {
    code: string;
    message: string;
    hint?: string | undefined;
    status?: number | undefined;
  }): void;
  /** Shows what JSON mode held back; on failure it is dropped, so that stderr is one document. */
  flush(): void;
}

export function createOutput(flags: { json: boolean; quiet: boolean; verbose: boolean }): Output {
  const colours = process.stderr.isTTY && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
  const paint = (code: number, text: string) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
  const held: string[] = [];
  const labels: Record<string, string> = {
    warn: paint(33, "warning: "),
    error: paint(31, "error: "),
    debug: paint(2, "· "),
  };
  const log = createConsola({
    level: flags.quiet ? 0 : flags.verbose ? 4 : 3,
    throttle: 0,
    reporters: [
      {
        log({ type, args }) {
          const line = `${labels[type] ?? ""}${safeText(redact(args.join(" ")))}\n`;
          if (flags.json) held.push(line);
          else process.stderr.write(line);
        },
      },
    ],
  });
  return {
    json: flags.json,
    result: (text) => void process.stdout.write(`${text}\n`),
    document: (value) => void process.stdout.write(`${safeJson(value)}\n`),
    info: (text) => log.info(text),
    warn: (text) => log.warn(text),
    debug: (text) => log.debug(text),
    error({ code, message, hint, status }) {
      const line = redact(message);
      if (flags.json) {
        const error = { code, message: line, ...(hint ? { hint } : {}), ...(status ? { status } : {}) };
        process.stderr.write(`${safeJson({ error })}\n`);
      } else
        process.stderr.write(`${labels["error"]}${safeText(line)}${hint ? `. ${safeText(hint)}` : ""}\n`);
    },
    flush() {
      for (const line of held.splice(0)) process.stderr.write(line);
    },
  };
}
