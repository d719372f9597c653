import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Releases on a real port, laid out as GitHub lays them out. */
export interface FileServer extends AsyncDisposable {
  url: string;
  /** By path, such as `/latest/download/SHA256SUMS`. */
  files: Map<string, Uint8Array | string>;
  /** The paths asked for so far. */
  asked: string[];
  /** How the next answers are given: `half` breaks the connection off, `never` leaves the caller waiting. */
  manner: "whole" | "half" | "never";
}

export async function serveFiles(): Promise<FileServer> {
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    served.asked.push(path);
    const file = served.files.get(path);
    if (served.manner === "never") return;
    if (file === undefined) {
      response.writeHead(404).end("no such file\n");
      return;
    }
    if (typeof file === "string" && file.startsWith("/")) {
      response.writeHead(302, { location: file }).end();
      return;
    }
    const body = Buffer.from(file);
    response.writeHead(200, { "content-length": body.length });
    if (served.manner === "whole") response.end(body);
    else response.write(body.subarray(0, body.length / 2), () => response.socket?.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const served: FileServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files: new Map(),
    asked: [],
    manner: "whole",
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return served;
}
