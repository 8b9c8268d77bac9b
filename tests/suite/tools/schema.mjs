// Asks ajv whether files fit their schemas. In (standard input): {schemas, cases: [{kind, yaml, fits}]}.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(process.env.GONGKAI_TOOLS + "/x.js");
const Ajv = require("ajv/dist/2020");
const YAML = require("yaml");

const { schemas, cases } = JSON.parse(readFileSync(0, "utf8"));
const ajv = new Ajv({ strict: true, strictTypes: false, strictTuples: false, strictRequired: false });
const fits = Object.fromEntries(Object.entries(schemas).map(([kind, schema]) => [kind, ajv.compile(schema)]));
let wrong = 0;
for (const one of cases) {
  if (fits[one.kind](YAML.parse(one.yaml)) === one.fits) continue;
  wrong += 1;
  console.log(`${one.fits ? "refused" : "taken"} (${one.kind}): ${one.yaml}\n${ajv.errorsText(fits[one.kind].errors)}`);
}
if (!wrong) console.log(`${cases.length} cases as expected`);
