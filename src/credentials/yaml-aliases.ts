import type { CST } from "yaml";
import type { Yaml } from "./config-content.ts";
import { quote } from "./yaml-scalar.ts";
import { tokensOf, type YamlSource } from "./yaml-source.ts";

/**
 * Gives what the item's anchors stand for to the aliases that refer to them, so that those keep their values when
 * its value changes, or the whole item: the first takes anchor and value, and the others then refer to it.
 */
export function keepAliases(yaml: Yaml, { tokens, item }: YamlSource, of: "value" | "item"): void {
  if (!item) return;
  const own = [...tokensOf(item)];
  const all = [...tokensOf(tokens)];
  const later = all.slice(all.indexOf(own[own.length - 1] as CST.Token) + 1);
  const key = [item.start, item.key] as const;
  const value = [item.sep, item.value] as const;
  for (const [properties, token] of of === "value" ? [value] : [key, value]) {
    const anchor = properties?.find(({ type }) => type === "anchor")?.source;
    if (anchor === undefined) continue;
    const heir = later.find(({ type, ...rest }) => {
      const { source } = rest as { source?: string };
      return (
        (type === "alias" && source === `*${anchor.slice(1)}`) || (type === "anchor" && source === anchor)
      );
    });
    if (heir?.type !== "alias") continue;
    const tag = properties?.find(({ type }) => type === "tag")?.source;
    heir.source = [anchor, tag, spelt(yaml, token)].filter(Boolean).join(" ");
  }
}

/** A scalar on one line. */
function spelt(yaml: Yaml, token: CST.Token | null | undefined): string {
  if (token?.type === "scalar" && !/[\n,[\]{}]/.test(token.source)) return token.source;
  const value = token ? yaml.CST.resolveAsScalar(token)?.value : undefined;
  return value === undefined ? "" : quote(value);
}
