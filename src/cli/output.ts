import { createConsola } from "consola/core";
import { redact, safeJson, safeText } from "./safe-text.ts";
import { coloursOn } from "./terminal.ts";

export interface Output {
  json: boolean;
  quiet: boolean;
  /** The result, to stdout; resolves once it is written. Its text must be safe already. @throws {OutputError} */
  result(text: string): Promise<void>;
  document(value: unknown): Promise<void>;
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
  /** Shows what JSON mode held back; on failure it never is, so that stderr is one document. */
  flush(): void;
  /** Forgets what JSON mode held back. */
  drop(): void;
}

/** The result could not be written: stdout is closed, or the disk behind it is full. */
export class OutputError extends Error {
  override readonly name = "OutputError";
  /** Whoever read stdout has left, as `head` does. */
  readonly closed: boolean;

  constructor(cause: unknown) {
    super("the result could not be written to stdout", { cause });
    this.closed = (cause as { code?: string }).code === "EPIPE";
  }
}

// Told by the write itself: without a listener the event would end the process, with all that is left to undo.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});

function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(new OutputError(error)) : resolve()));
  });
}

export function createOutput(flags: { json: boolean; quiet: boolean; verbose: boolean }): Output {
  const colours = coloursOn(process.stderr);
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
    quiet: flags.quiet,
    result: (text) => write(`${text}\n`),
    document: (value) => write(`${safeJson(value)}\n`),
    info: (text) => log.info(text),
    warn: (text) => log.warn(text),
    debug: (text) => log.debug(text),
    error({ code, message, hint, status }) {
      const line = redact(message);
      if (flags.json) {
        const error = { code, message: line, ...(hint ? { hint } : {}), ...(status ? { status } : {}) };
        process.stderr.write(`${safeJson({ error })}\n`);
      } else
        process.stderr.write(
          `${labels["error"]}${safeText(hint ? `${line.replace(/[.\s]+$/, "")}. ${hint}` : line)}\n`,
        );
    },
    flush() {
      for (const line of held.splice(0)) process.stderr.write(line);
    },
    drop() {
      held.length = 0;
    },
  };
}
