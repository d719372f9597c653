import { accountEndpoint } from "./endpoint.ts";
import { InvalidEndpointError, InvalidOptionError } from "./errors.ts";
import { readSwitch } from "./switch.ts";

/** A variable, where the runtime has an environment and lets it be read; an empty one counts as not set. */
export function environment(
  name: "PINNER_AUTH_TOKEN" | "PINNER_BASE_ENDPOINT" | "PINNER_SECURE",
): string | undefined {
  try {
    const runtime = globalThis as { process?: { env?: Record<string, string | undefined> } };
    return runtime.process?.env?.[name] || undefined;
  } catch {
    // Deno without permission to read it.
    return undefined;
  }
}

/**
 * The endpoint, and whether plain http is allowed: of the environment where no base endpoint is given, so that its
 * token goes to the service that it names.
 * @throws {InvalidEndpointError}
 * @throws {InvalidOptionError} for a `PINNER_SECURE` that is no truth value
 */
export function serviceOf(given: { baseEndpoint?: string | undefined; secure?: boolean | undefined }): {
  endpoint: string;
  secure: boolean | undefined;
} {
  const { baseEndpoint, secure } = given;
  if (baseEndpoint !== undefined) return { endpoint: accountEndpoint(baseEndpoint, secure), secure };
  const told = secure ?? environmentSecure();
  try {
    return { endpoint: accountEndpoint(environment("PINNER_BASE_ENDPOINT"), told), secure: told };
  } catch (error) {
    if (!(error instanceof InvalidEndpointError)) throw error;
    throw new InvalidEndpointError(`PINNER_BASE_ENDPOINT: ${error.message}`);
  }
}

function environmentSecure(): boolean | undefined {
  const text = environment("PINNER_SECURE");
  const secure = readSwitch(text ?? "");
  if (text && secure === undefined) throw new InvalidOptionError("PINNER_SECURE takes true or false");
  return secure;
}
