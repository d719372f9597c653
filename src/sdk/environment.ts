/** `PINNER_AUTH_TOKEN`, where the runtime has an environment and lets it be read. */
export function environmentToken(): string | undefined {
  try {
    const runtime = globalThis as { process?: { env?: Record<string, string | undefined> } };
    return runtime.process?.env?.["PINNER_AUTH_TOKEN"] || undefined;
  } catch {
    // Deno without permission to read it.
    return undefined;
  }
}
