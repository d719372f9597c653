import { stat } from "node:fs/promises";
import { join } from "node:path";
import { host, MAX_IMAGE_OVERHEAD, startDocker } from "../../tooling/docker.ts";
import { root } from "../../tooling/process.ts";
import type { Row } from "./measure.ts";

const MB = 1_000_000;

/** What the image takes beside the binary. Where no image can be pulled, its base is made of this system's glibc. */
export async function measureImage(): Promise<Row[]> {
  await using docker = await startDocker();
  const tag = `pinner-bench:${process.pid}`;
  await docker.build(tag, host);
  const image = Number(await docker.must("image", "inspect", "--format", "{{.Size}}", tag));
  await docker.must("image", "rm", tag);
  const binary = (await stat(join(root, "dist/pinner"))).size;
  return [
    {
      what: "size of the image",
      against: "the binary in it",
      ratio: `${(image / binary).toFixed(3)}×`,
      spread: `${(image / MB).toFixed(1)} MB`,
      target: "≤ 25 MB more",
      fails: image - binary > MAX_IMAGE_OVERHEAD,
    },
  ];
}
