import type { Fault } from "./types.ts";

/** Thrown instead of an answer: the connection drops. */
export class ConnectionReset extends Error {
  override readonly name = "ConnectionReset";
}

/** The runtime's own, also where a test puts a timer of its own in its place later. */
const { setTimeout } = globalThis;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const json = { "content-type": "application/json" };

/** Answers wrongly, after letting `act` answer where the fault says so. */
export async function misbehave(
  fault: Fault,
  request: Request,
  act: () => Promise<Response>,
): Promise<Response> {
  switch (fault.kind) {
    case "delay":
      await pause(fault.ms);
      return act();
    case "resetBefore":
      throw new ConnectionReset("before acting");
    case "resetAfter":
      await act();
      throw new ConnectionReset("after acting");
    case "resetBody":
      return halfOf(await act());
    case "hang":
      return new Promise((_, reject) => {
        // As an open connection does, it holds a process that waits for nothing else: Node's timeouts do not.
        const open = setInterval(() => {}, 2 ** 30);
        request.signal.addEventListener("abort", () => {
          clearInterval(open);
          reject(new ConnectionReset("the client left"));
        });
      });
    case "trickle":
      return trickle(await act(), fault.ms);
    case "redirect":
      return new Response(null, { status: fault.status ?? 302, headers: { location: fault.location } });
    case "status":
      if (fault.act) await act();
      return new Response(fault.body ?? "", { status: fault.status, headers: fault.headers ?? {} });
    case "garbage":
      if (fault.act) await act();
      return new Response('{"token": "abc', { headers: json });
    case "html":
      if (fault.act) await act();
      return new Response("<!doctype html><title>Welcome</title>", {
        headers: { "content-type": "text/html" },
      });
    case "huge":
      if (fault.act) await act();
      return new Response(hugeBody(fault.bytes ?? 10 * 1024 * 1024), { headers: json });
    case "json":
      if (fault.act) await act();
      return new Response(JSON.stringify(fault.value), { headers: json });
  }
}

const hugeBodies = new Map<number, Uint8Array<ArrayBuffer>>();
function hugeBody(size: number): Uint8Array<ArrayBuffer> {
  const made = hugeBodies.get(size) ?? new TextEncoder().encode(`{"token": "${"a".repeat(size)}"}`);
  hugeBodies.set(size, made);
  return made;
}

async function halfOf(response: Response): Promise<Response> {
  const body = new Uint8Array(await response.arrayBuffer());
  const half = body.slice(0, Math.floor(body.length / 2));
  let sent = false;
  const stream = new ReadableStream({
    async pull(controller) {
      if (sent) {
        // What was sent must arrive before the connection drops.
        await pause(20);
        controller.error(new ConnectionReset("in mid-body"));
      } else controller.enqueue(half.length > 0 ? half : new Uint8Array([0x7b]));
      sent = true;
    },
  });
  const headers = new Headers(response.headers);
  headers.set("content-length", String(Math.max(body.length, 2)));
  return new Response(stream, { status: response.status === 204 ? 200 : response.status, headers });
}

async function trickle(response: Response, ms: number): Promise<Response> {
  const body = new Uint8Array(await response.arrayBuffer());
  const bytes = body.length > 0 ? body : new Uint8Array([0x20]);
  let at = 0;
  const stream = new ReadableStream({
    async pull(controller) {
      await pause(ms);
      controller.enqueue(bytes.slice(at, ++at));
      if (at === bytes.length) controller.close();
    },
  });
  return new Response(stream, { status: response.status, headers: response.headers });
}
