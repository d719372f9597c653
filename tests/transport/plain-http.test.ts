import { describe, expect, test } from "bun:test";
import { servePortal } from "../../src/testing/serve.ts";
import { startProxy } from "../../tooling/proxy.ts";
import { createWorld, EMAIL, PASSWORD } from "../../tooling/world.ts";

const login = ["auth", "--stdout", "-e", EMAIL];

describe("plain http to another machine", () => {
  test.each([
    "http://pinner.test",
    "http://10.1.2.3:8080",
    "http://[2001:db8::1]",
    "http://127.0.0.1.example.com",
    "http://localhost.example.com",
    "http://0x7f.1.example.com",
    "http://0.0.0.0",
  ])("is refused for %s, and nothing is sent", async (endpoint) => {
    await using world = await createWorld();
    // Whatever were sent would go through here.
    await using proxy = await startProxy();
    const env = {
      PINNER_PASSWORD: PASSWORD,
      HTTP_PROXY: `http://${proxy.host}`,
      PINNER_BASE_ENDPOINT: endpoint,
    };
    for (const args of [
      login,
      ["account", "--auth-token", "a.b.c"],
      ["auth", "status", "--auth-token=a.b.c"],
      ["doctor"],
    ]) {
      const { exit, stdout, stderr } = await world.pinner(args, { env });
      // The doctor tells it as its result, after it has missed a token.
      expect(exit).toBeOneOf(args[0] === "doctor" ? [2, 4] : [2]);
      expect(stdout + stderr).toContain("plain http");
    }
    const config = await world.pinner(["config", "set", "base_endpoint", endpoint]);
    expect(config.exit).toBe(0);
    const { exit } = await world.pinner(login, {
      env: { PINNER_PASSWORD: PASSWORD, PINNER_BASE_ENDPOINT: "", HTTP_PROXY: env.HTTP_PROXY },
    });
    expect({ exit, passed: proxy.passed, tunnels: proxy.tunnels }).toEqual({
      exit: 2,
      passed: [],
      tunnels: [],
    });
  });

  test("goes there with --no-secure, and a warning", async () => {
    await using world = await createWorld();
    const served = await servePortal(world.portal);
    await using proxy = await startProxy({ hosts: { "account.pinner.test:80": served.port } });
    const { exit, stderr } = await world.pinner([...login, "--no-secure"], {
      env: {
        PINNER_PASSWORD: PASSWORD,
        HTTP_PROXY: `http://${proxy.host}`,
        PINNER_BASE_ENDPOINT: "pinner.test",
      },
    });
    await served.close();
    expect(exit).toBe(0);
    expect(stderr.match(/warning: http:\/\/account\.pinner\.test is plain http/g)).toHaveLength(1);
    expect(proxy.passed[0]).toBe("http://account.pinner.test/api/auth/login");
  });
});
