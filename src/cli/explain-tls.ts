/** OpenSSL's words for what a certificate lacks; any other means that nobody vouches for it. */
const WRONG_NAME = ["ERR_TLS_CERT_ALTNAME_INVALID", "HOSTNAME_MISMATCH"];
const WRONG_TIME = ["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"];
/** The handshake failed before there was a certificate to judge. */
const isHandshake = (reason: string): boolean => reason === "EPROTO" || reason.startsWith("ERR_SSL_");

/**
 * What a failure of TLS means, and what to do about it.
 * @param reason of a `NetworkError` whose stage is `tls`
 */
export function explainTls(reason: string, { hostname, host }: URL): { message: string; hint: string } {
  if (isHandshake(reason)) {
    const hint = `Does ${host} speak TLS 1.2 or later on this port, or is it one for plain http?`;
    return { message: `no TLS with ${host}: ${reason}`, hint };
  }
  if (WRONG_NAME.includes(reason)) {
    const hint = `Is ${hostname} the right endpoint, or does something on the way answer in its place?`;
    return { message: `the certificate is not for ${hostname}: ${reason}`, hint };
  }
  if (WRONG_TIME.includes(reason)) {
    const hint = "Check this machine's date; if it is right, the service must renew its certificate";
    return { message: `the certificate is not valid today: ${reason}`, hint };
  }
  const hint = `If a proxy or a private authority signs it, give its certificate in NODE_EXTRA_CA_CERTS${systemStore()}`;
  return { message: `the certificate is not trusted: ${reason}`, hint };
}

/** How a runtime is told to trust what the system trusts. */
const systemStore = (): string =>
  process.versions["deno"]
    ? ", or set DENO_TLS_CA_STORE=system if this machine trusts it"
    : `, or set NODE_USE_SYSTEM_CA=1 if this machine trusts it${process.versions["bun"] ? "" : " (Node 22.19, 24.6 or newer)"}`;
