import { createConsola } from "consola/core";
import { redact, safeJson, safeText } from "./safe-text.ts";
import { coloursOn, writeStderr, writeStdout } from "./terminal.ts";

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

// The look-behind: from each of many dots in its middle, a long text would be searched anew.
const withoutFullStop = (line: string): string => line.replace(/(?<![.\s])[.\s]+$/, "");

async function write(text: string): Promise<void> {
  try {
    await writeStdout(text);
  } catch (cause) {
    throw new OutputError(cause);
  }
}

export function createOutput(flags: { json: boolean; quiet: boolean; verbose: boolean }): Output {
  const colours = coloursOn("stderr");
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
          else writeStderr(line);
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
      const advice = hint && redact(hint);
      if (flags.json) {
        const error = {
          code,
          message: line,
          ...(advice ? { hint: advice } : {}),
          ...(status ? { status } : {}),
        };
        writeStderr(`${safeJson({ error })}\n`);
      } else
        writeStderr(`${labels["error"]}${safeText(advice ? `${withoutFullStop(line)}. ${advice}` : line)}\n`);
    },
    flush() {
      for (const line of held.splice(0)) writeStderr(line);
    },
    drop() {
      held.length = 0;
    },
  };
}
