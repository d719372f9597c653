/**
 * What a failed `fetch` says about where it failed. Node and Bun tell a code, Deno only a sentence: what each was
 * seen to throw is tried, on each, by `tests/transport/stages.test.ts`.
 */
import type { NetworkFailure, NetworkStage } from "./errors.ts";

/** @param answered whether the answer's header had come: what fails after it is the exchange, whatever it is called */
export function networkFailure(error: unknown, answered: boolean): NetworkFailure {
  const failure = failureOf(error);
  return answered ? { ...failure, stage: "exchange" } : failure;
}

/** Whether the answer came, but its body could not be decompressed. */
export const isDecodingFailure = (error: unknown): boolean =>
  causesOf(error).some(({ code, message }) =>
    typeof code === "string" ? UNDECODED.test(code) : UNDECODED_SENTENCE.test(`${message}`),
  );

/** Codes of Bun's `fetch` and of Node's zlib; sentences of Bun's `DecompressionStream` and of Deno. */
const UNDECODED = /^(?:(?:Zlib|\w+Decompression)Error|Z_[A-Z]+_ERROR|Z_NEED_DICT|ERR__ERROR_\w+|ZSTD_\w+)$/;
const UNDECODED_SENTENCE =
  /^(?:invalid gzip header|inflate failed|corrupt (?:gzip|deflate) stream.*|brotli (?:error|decode failed)|unexpected end of file|failed to write whole buffer|invalid data)$/i;

/** A chain of causes that is longer than this is a circle. */
const MAX_CAUSES = 8;

interface Cause {
  /** A string, where an error was thrown. */
  message?: unknown;
  code?: unknown;
  syscall?: unknown;
  cause?: unknown;
  /** Of an `AggregateError`. */
  errors?: unknown[];
}

/**
 * An error, what caused it, and so on. No class is asked for: to a program that Jest runs, an error of `fetch` is none of
 * its own `Error`.
 */
function causesOf(error: unknown): Cause[] {
  const causes: Cause[] = [];
  for (let cause = error; typeof cause === "object" && cause && causes.length < MAX_CAUSES; ) {
    const known = cause as Cause;
    causes.push(known);
    cause = known.cause ?? known.errors?.[0];
  }
  return causes;
}

function failureOf(error: unknown): NetworkFailure {
  const causes = causesOf(error);
  for (const { code, syscall } of causes) {
    // One word, as all codes are: what goes into a message must not hold a text from outside.
    if (typeof code === "string" && /^[A-Za-z][\w-]*$/.test(code))
      return { stage: stageOf(sameAs[code] ?? code, syscall), reason: sameAs[code] ?? code };
  }
  // Deno's sentences hold the address that was asked for, whose name may say anything.
  const said = causes.map(({ message }) => `${message}`.replace(ADDRESS, "")).join(" ");
  const reason = sentences.find(([pattern]) => pattern.test(said))?.[1] ?? "the connection failed";
  // `Connect` is what Deno says of all that fails before a request is sent.
  return { stage: stageOf(reason, /\(Connect\)/.test(said) && "connect"), reason };
}

/** @param doing what failed, where that is known: a host may be unreachable, and time run out, then or later */
function stageOf(reason: string, doing: unknown): NetworkStage {
  if (/^(?:ENOTFOUND|EAI_\w+)$/.test(reason)) return "dns";
  if (reason === "ERR_PROXY_TUNNEL") return "proxy";
  if (TLS.test(reason)) return "tls";
  if (/^(?:read|write)$/.test(`${doing}`)) return "exchange";
  return doing === "connect" || UNCONNECTED.test(reason) ? "connect" : "exchange";
}

/** Bun's names, and those of Node's own HTTP client, for what the system calls otherwise. */
const sameAs: Record<string, string> = {
  ConnectionRefused: "ECONNREFUSED",
  ConnectionClosed: "ECONNRESET",
  ConnectionReset: "ECONNRESET",
  UND_ERR_SOCKET: "ECONNRESET",
  FailedToOpenSocket: "ENOTFOUND",
  DNSException: "ENOTFOUND",
  EAI_AGAIN: "ENOTFOUND",
};
const UNCONNECTED =
  /^(?:ECONNREFUSED|ENETUNREACH|ENETDOWN|EHOSTUNREACH|EHOSTDOWN|EADDRNOTAVAIL|EMFILE|ENFILE|UND_ERR_CONNECT_TIMEOUT|ERR_UNSAFE_PORT)$/;
/** OpenSSL's words for a certificate that it does not take, and for a handshake that comes to nothing. */
const TLS =
  /CERT|CRL_|_TLS_|_SSL_|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|^EPROTO$/;

const ADDRESS = / for (?:url )?(?:\(?https?:\S+)(?: \(\S+\))?/g;

/** Deno's, and the code that others have for each. The first that fits counts. */
const sentences: [RegExp, reason: string][] = [
  // Ports of other protocols, such as 10080, that `fetch` goes to on Bun alone. The code is Chromium's; Node has none.
  [/bad port|port \d+ are blocked/, "ERR_UNSAFE_PORT"],
  [/not valid for name|NotValidForName/, "ERR_TLS_CERT_ALTNAME_INVALID"],
  [/certificate.*expired/i, "CERT_HAS_EXPIRED"],
  [/certificate.*not valid yet|NotValidYet/i, "CERT_NOT_YET_VALID"],
  [/peer certificate|UnknownIssuer/, "CERT_INVALID"],
  [/dns error|failed to lookup/, "ENOTFOUND"],
  [/unsuccessful tunnel|while tunneling|proxy authentication/, "ERR_PROXY_TUNNEL"],
  [/\(Connect\).*too many open files/i, "EMFILE"],
  [/connection refused/i, "ECONNREFUSED"],
  [/network is unreachable/i, "ENETUNREACH"],
  [/no route to host/i, "EHOSTUNREACH"],
  // It may not happen the next time, so that it is no refusal of TLS.
  [/\(Connect\).*(?:reset|closed|eof)/i, "ECONNRESET"],
  [/corrupt message|fatal alert|peer is incompatible|peer misbehaved/, "EPROTO"],
  [/reset|closed|eof|body/i, "ECONNRESET"],
];
