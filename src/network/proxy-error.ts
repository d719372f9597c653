/** The variable that names the proxy holds something else. */
export class InvalidProxyError extends Error {
  override readonly name = "InvalidProxyError";
}
