// Fills ../third_party from the packages that package-lock.json pins, and axe-core
// into the testdata of the browser kit. Run by "make assets", never by a build:
// what it writes is committed. Every folder that it writes has the licence and a
// VENDOR.txt with the origin and the SHA-512 of each file, which a test compares.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const here = import.meta.dirname;
const thirdParty = join(here, "../third_party");
const axeFolder = join(here, "../../../testkit/browser/testdata");

const packageFile = (name, file) => join(here, "node_modules", name, file);
const read = (path) => readFileSync(path, "utf8");
const metadata = (name) => JSON.parse(read(packageFile(name, "package.json")));

// Tabler's package has no licence file; this is the text of its repository with
// the years that its style sheet names.
const tablerLicence = read(packageFile("@tabler/icons", "LICENSE"))
  .replace(/^Copyright.*$/m, "Copyright (c) 2018-2026 The Tabler Authors");

// vendor writes one folder: files maps names to contents.
function vendor(root, folder, { origin, home, licence, changes, text, files }) {
  const target = join(root, folder);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const sums = [];
  for (const [name, content] of Object.entries({ ...files, LICENSE: text })) {
    writeFileSync(join(target, name), content);
    sums.push(`${createHash("sha512").update(content).digest("hex")}  ${name}`);
  }
  const head = [`origin: ${origin}`, `home: ${home}`, `licence: ${licence}`, `changes: ${changes}`];
  writeFileSync(join(target, "VENDOR.txt"), [...head, "sha512:", ...sums, ""].join("\n"));
}

const origin = (name) => `pkg:npm/${name.replace("@", "%40")}@${metadata(name).version}`;
const folder = (name) => `${name.replace("@", "").replace("/", "-")}@${metadata(name).version}`;

// withoutMap drops the reference to a source map that nobody serves.
const withoutMap = (text) => text.replace(/\n?\/[/*]# sourceMappingURL=[^\n]*\n?$/, "\n");

// sprite joins the outlines named in icons.txt to one file of symbols.
function sprite() {
  const symbols = read(join(here, "icons.txt")).split("\n").filter(Boolean).map((icon) => {
    const outline = read(packageFile("@tabler/icons", `icons/outline/${icon}.svg`));
    const paths = outline.match(/<(?!path stroke="none" d="M0 0h24v24H0z")(path|circle|rect|line)[^>]*\/>/g);
    return `<symbol id="${icon}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" ` +
      `stroke-linecap="round" stroke-linejoin="round">${paths.join("").replaceAll(" />", "/>")}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
}

// bundle builds the editor and returns it with the packages that went into it.
async function bundle() {
  const result = await build({
    entryPoints: [join(here, "editor.js")],
    bundle: true, minify: true, format: "esm", target: "es2022", legalComments: "none",
    charset: "utf8", write: false, metafile: true, absWorkingDir: here,
  });
  const names = new Set();
  for (const input of Object.keys(result.metafile.inputs)) {
    const found = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//);
    if (found) names.add(found[1]);
  }
  return { code: result.outputFiles[0].text, packages: [...names].sort() };
}

vendor(thirdParty, folder("htmx.org"), {
  origin: origin("htmx.org"), home: "https://htmx.org", licence: "0BSD", changes: "none",
  text: read(packageFile("htmx.org", "LICENSE")),
  files: {
    "htmx.min.js": read(packageFile("htmx.org", "dist/htmx.min.js")),
    "hx-sse.min.js": read(packageFile("htmx.org", "dist/ext/hx-sse.min.js")),
  },
});
vendor(thirdParty, folder("@tabler/core"), {
  origin: origin("@tabler/core"), home: "https://tabler.io", licence: "MIT",
  changes: "tabler.min.css without its reference to a source map", text: tablerLicence,
  files: { "tabler.min.css": withoutMap(read(packageFile("@tabler/core", "dist/css/tabler.min.css"))) },
});
vendor(thirdParty, folder("@tabler/icons"), {
  origin: origin("@tabler/icons"), home: "https://tabler.io/icons", licence: "MIT",
  changes: "the outlines named in source/icons.txt joined to one sprite",
  text: read(packageFile("@tabler/icons", "LICENSE")), files: { "icons.svg": sprite() },
});
vendor(axeFolder, folder("axe-core"), {
  origin: origin("axe-core"), home: "https://github.com/dequelabs/axe-core", licence: "MPL-2.0", changes: "none",
  text: read(packageFile("axe-core", "LICENSE")), files: { "axe.min.js": read(packageFile("axe-core", "axe.min.js")) },
});

if (existsSync(join(here, "editor.js"))) {
  const { code, packages } = await bundle();
  const texts = new Map(); // licence text → packages under it
  for (const name of packages) {
    if (metadata(name).license !== "MIT") throw new Error(`${name} is under ${metadata(name).license}`);
    const text = read(packageFile(name, "LICENSE")).trim();
    texts.set(text, [...(texts.get(text) ?? []), name]);
  }
  const licences = [...texts].map(([text, names]) => `${names.join(", ")}:\n\n${text}\n`).join("\n---\n\n");
  vendor(thirdParty, `codemirror@${metadata("@codemirror/view").version}`, {
    origin: packages.map(origin).join(" "), home: "https://codemirror.net", licence: "MIT",
    changes: "bundled with source/editor.js by esbuild", text: licences, files: { "editor.min.js": code },
  });
}
