// Asks TypeScript whether the structured data of pages keeps to the vocabulary of schema.org (npm `schema-dts`).
// Arguments: the site's folder. GONGKAI_TOOLS: where npm's packages are.
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync, rmSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const [site, tools] = [process.argv[2], process.env.GONGKAI_TOOLS];
const pages = (folder) =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? pages(path) : path.endsWith(".html") ? [path] : [];
  });
const graphs = pages(site).flatMap((page) => [...readFileSync(page, "utf8").matchAll(/<script type="application\/ld\+json">(.*?)<\/script>/gs)].map((one) => one[1]));
// Each kind of node once with every set of keys that occurs: the compiler is thorough, and slow.
const kinds = new Map();
const shape = (node) => (Array.isArray(node) ? node.map(shape).join() : node && typeof node === "object" ? Object.keys(node).map((key) => key + ":" + shape(node[key])).join("{") : "");
for (const graph of graphs) for (const node of JSON.parse(graph)["@graph"]) kinds.set(node["@type"] + shape(node), node);
const folder = mkdtempSync(join(tools, "structured-"));
const source = [...kinds.values()].map((node, at) => `export const n${at}: ${node["@type"]} = ${JSON.stringify(node)};`);
const types = [...new Set([...kinds.values()].map((node) => node["@type"]))];
writeFileSync(join(folder, "graph.ts"), `import type { ${types.join(", ")} } from "schema-dts";\n${source.join("\n")}\n`);
// A known-wrong one, to know that the compiler looks.
writeFileSync(join(folder, "wrong.ts"), `import type { Report } from "schema-dts";\nexport const n: Report = {"@type": "Report", "reportNummer": "1"};\n`);
const tsc = (file) => spawnSync(process.execPath, [join(tools, "node_modules/typescript/bin/tsc"), "--noEmit", "--strict", "--moduleResolution", "bundler", "--module", "esnext", "--target", "es2022", join(folder, file)], { encoding: "utf8" });
const [right, wrong] = [tsc("graph.ts"), tsc("wrong.ts")];
rmSync(folder, { recursive: true });
if (right.status !== 0) console.log(right.stdout.slice(0, 3000));
else if (wrong.status === 0) console.log("the compiler takes anything");
else console.log(`${types.sort().join(", ")}: all as expected`);
