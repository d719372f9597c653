/** What `Content-Encoding` says, as `DecompressionStream` has it. */
const formats: Record<string, string> = {
  gzip: "gzip",
  "x-gzip": "gzip",
  deflate: "deflate",
  br: "brotli",
  zstd: "zstd",
};

/**
 * An answer with its body decompressed. We ask for none that is compressed, but proxies and servers send them.
 * @returns the same answer where its encoding is not known to the runtime
 */
export function decoded(response: Response): Response {
  const { status, headers, body } = response;
  const format = formats[headers.get("content-encoding")?.trim().toLowerCase() ?? ""];
  if (!body || !format || headers.get("content-length") === "0") return response;
  let decoder: DecompressionStream;
  try {
    decoder = new DecompressionStream(format as CompressionFormat);
  } catch {
    return response;
  }
  return new Response(body.pipeThrough(decoder), { status, headers });
}
