/**
 * What a failed `fetch` says about where it failed. Node and Bun tell a code, Deno only a sentence: what each was
 * seen to throw is tried, on each, by `tests/transport/stages.test.ts`.
 */
import type { NetworkFailure } from "./errors.ts";

/** @param answered whether the answer's header had come: what fails after it is the exchange, whatever it is called */
export function networkFailure(error: unknown, answered: boolean): NetworkFailure {
  const failure = failureOf(error);
  return answered ? { ...failure, stage: "exchange" } : failure;
}

/** Whether the answer came, but its body could not be decompressed. */
export function isDecodingFailure(error: unknown): boolean {
  let cause = error;
  for (let depth = 0; cause instanceof Error && depth < MAX_CAUSES; depth++) {
    const { code, message } = cause as Error & { code?: unknown };
    if (typeof code === "string" ? UNDECODED.test(code) : UNDECODED_SENTENCE.test(message)) return true;
    cause = cause.cause;
  }
  return false;
}
/** Codes of Bun's `fetch` and of Node's zlib; sentences of Bun's `DecompressionStream` and of Deno. */
const UNDECODED = /^(?:(?:Zlib|\w+Decompression)Error|Z_[A-Z]+_ERROR|Z_NEED_DICT|ERR__ERROR_\w+|ZSTD_\w+)$/;
const UNDECODED_SENTENCE =
  /^(?:invalid gzip header|inflate failed|corrupt (?:gzip|deflate) stream.*|brotli (?:error|decode failed)|unexpected end of file|failed to write whole buffer|invalid data)$/i;

/** A chain of causes that is longer than this is a circle. */
const MAX_CAUSES = 8;

function failureOf(error: unknown): NetworkFailure {
  const messages: string[] = [];
  let cause = error;
  for (let depth = 0; cause instanceof Error && depth < MAX_CAUSES; depth++) {
    const { code, syscall } = cause as Error & { code?: unknown; syscall?: unknown };
    // One word, as all codes are: what goes into a message must not hold a text from outside.
    if (typeof code === "string" && /^[A-Za-z][\w-]*$/.test(code)) return byCode(code, syscall);
    messages.push(cause.message);
    cause = cause.cause ?? (cause instanceof AggregateError ? cause.errors[0] : undefined);
  }
  return byMessage(messages.join(" "));
}

function byCode(code: string, syscall: unknown): NetworkFailure {
  const reason = sameAs[code] ?? code;
  if (/^(?:ENOTFOUND|EAI_\w+)$/.test(reason)) return { stage: "dns", reason };
  if (reason === "ERR_PROXY_TUNNEL") return { stage: "proxy", reason };
  if (TLS.test(reason)) return { stage: "tls", reason };
  // Time that runs out while the connection is opened has the same code as while it is used.
  if (syscall === "connect" || UNCONNECTED.test(reason)) return { stage: "connect", reason };
  return { stage: "exchange", reason };
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
  /^(?:ECONNREFUSED|ENETUNREACH|ENETDOWN|EHOSTUNREACH|EHOSTDOWN|EADDRNOTAVAIL|EMFILE|ENFILE|UND_ERR_CONNECT_TIMEOUT)$/;
/** OpenSSL's words for a certificate that it does not take, and for a handshake that comes to nothing. */
const TLS =
  /CERT|CRL_|_TLS_|_SSL_|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|^EPROTO$/;

/** Deno's sentences hold the address that was asked for, whose name may say anything. */
const ADDRESS = / for (?:url )?(?:\(?https?:\S+)(?: \(\S+\))?/g;

function byMessage(message: string): NetworkFailure {
  const said = message.replace(ADDRESS, "");
  for (const [pattern, stage, reason] of sentences) if (pattern.test(said)) return { stage, reason };
  // `Connect` is what Deno says of all that fails before a request is sent.
  return { stage: /\(Connect\)/.test(said) ? "connect" : "exchange", reason: "the connection failed" };
}

/** The first that fits counts. */
const sentences: [RegExp, NetworkFailure["stage"], reason: string][] = [
  [/not valid for name|NotValidForName/, "tls", "ERR_TLS_CERT_ALTNAME_INVALID"],
  [/certificate.*expired/i, "tls", "CERT_HAS_EXPIRED"],
  [/certificate.*not valid yet|NotValidYet/i, "tls", "CERT_NOT_YET_VALID"],
  [/peer certificate|UnknownIssuer/, "tls", "CERT_INVALID"],
  [/dns error|failed to lookup/, "dns", "ENOTFOUND"],
  [/unsuccessful tunnel|while tunneling|proxy authentication/, "proxy", "ERR_PROXY_TUNNEL"],
  [/\(Connect\).*too many open files/i, "connect", "EMFILE"],
  [/connection refused/i, "connect", "ECONNREFUSED"],
  [/network is unreachable/i, "connect", "ENETUNREACH"],
  [/no route to host/i, "connect", "EHOSTUNREACH"],
  // It may not happen the next time, so that it is no refusal of TLS.
  [/\(Connect\).*(?:reset|closed|eof)/i, "connect", "ECONNRESET"],
  [/corrupt message|fatal alert|peer is incompatible|peer misbehaved/, "tls", "EPROTO"],
  [/reset|closed|eof|body/i, "exchange", "ECONNRESET"],
];
