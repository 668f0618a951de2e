// Builds one file of script for the report and, where it is there, one for the live page: the same bytes everywhere.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const into = process.argv[2] ?? join(here, "..", "src", "closedsky", "showing", "static");

for (const name of ["report", "page"]) {
  const entry = join(here, "src", `${name}.ts`);
  if (!existsSync(entry)) continue;
  await build({
    absWorkingDir: here,
    entryPoints: [entry],
    outfile: join(into, `${name}.js`),
    bundle: true,
    minify: true,
    charset: "ascii",
    format: "iife",
    legalComments: "none",
    platform: "browser",
    sourcemap: false,
    target: "es2022",
    logLevel: "warning",
  });
}
