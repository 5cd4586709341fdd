// What another validator says of our advisories: a question a line in, an answer a line out.
//
// The folder of the validator is the last argument. {"document": {…}} gives {"schema": [places], "failed": ["6.1.1", …]};
// {"vector": "…", "version": "3.1"} gives the three scores; of 2.0 two, because its third misses the equations by a tenth.

import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { join } from "node:path";

const folder = process.argv.at(-1);
const home = join(folder, "node_modules/@secvisogram/csaf-validator-lib");
const load = (file) => import(pathToFileURL(join(home, file)));
const mandatory = await load("mandatoryTests.js");
const { csaf_2_0: schema } = await load("schemaTests.js");
const { cvss30, cvss31 } = await load("lib/shared/first.js");
const two = createRequire(join(home, "package.json"))("cvss2js");

function judged(document) {
  const failed = [];
  for (const [name, test] of Object.entries(mandatory)) {
    const section = name.replace("mandatoryTest_", "").replaceAll("_", ".");
    try {
      if (!test(document).isValid) failed.push(section);
    } catch {
      failed.push(`${section} fell`);
    }
  }
  return { schema: schema(document).errors.map((error) => error.instancePath), failed };
}

function scores({ vector, version }) {
  if (version === "2.0") return [two.getBaseScore(vector), two.getTemporalScore(vector), null].map((score) => score && Number(score));
  const found = (version === "3.0" ? cvss30 : cvss31).calculateCVSSFromVector(vector);
  return [found.baseMetricScore, found.temporalMetricScore, found.environmentalMetricScore].map(Number);
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  console.log(JSON.stringify("document" in asked ? judged(asked.document) : scores(asked)));
}
