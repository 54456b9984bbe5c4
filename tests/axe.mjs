// Holds every kind of page against axe's rules in a real browser: node tests/axe.mjs http://127.0.0.1:8080
import { createRequire } from "node:module";
import { existsSync } from "node:fs";

const require = createRequire(new URL("../target/axe/node_modules/", import.meta.url));
const puppeteer = require("puppeteer-core");
const axe = require.resolve("axe-core/axe.min.js");
const origin = process.argv[2] ?? "http://127.0.0.1:8080";
const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

const browser = await puppeteer.launch({ executablePath, headless: true, args: ["--no-sandbox"] });
const page = await browser.newPage();
// axe itself is a script, which the pages' own policy forbids; what that policy says is tested elsewhere
await page.setBypassCSP(true);
const links = async (path, pattern) => {
  await page.goto(origin + path);
  const all = await page.$$eval("a[href]", (found) => found.map((link) => link.getAttribute("href")));
  return all.filter((href) => pattern.test(href));
};

const paths = new Set(["/", "/series", "/series?q=none-of-these", "/sources", "/nothing", "/series?sort=x"]);
for (const paper of await links("/", /^\/paper\/[^/]+$/)) {
  paths.add(paper).add(`${paper}/contradictions`).add(`${paper}/summary`).add(`${paper}?verdict=DEVIATES`).add(`${paper}?lang=ru`);
  for (const verdict of ["DEVIATES", "SUPERSEDED", "CONFIRMED", "UNVERIFIABLE", "INCONSISTENT"]) {
    const [claim] = await links(`${paper}?verdict=${verdict}`, /\/claim\//);
    if (!claim) continue;
    paths.add(claim).add(`${claim}?lang=ru`);
    for (const table of (await links(claim, /^\/evidence\//)).slice(0, 1)) paths.add(table);
    for (const series of (await links(claim, /^\/series\//)).slice(0, 1)) paths.add(series);
  }
}
for (const source of (await links("/sources", /^\/source\//)).slice(0, 3)) paths.add(source);

let violations = 0, looked = 0;
for (const scheme of ["light", "dark"]) {
  for (const width of [360, 1100]) {
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await page.setViewport({ width, height: 900 });
    for (const path of paths) {
      await page.goto(origin + path);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      await page.addScriptTag({ path: axe });
      const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
      looked += 1;
      if (wide > 0) {
        violations += 1;
        console.log(`${scheme} ${width} ${path}: ${wide} px wider than the screen`);
      }
      for (const one of found.violations) {
        violations += 1;
        console.log(`${scheme} ${width} ${path}: ${one.id}: ${one.help}\n  ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join("\n  ")}`);
      }
    }
  }
}
await browser.close();
console.log(`${looked} looks at ${paths.size} pages, violations: ${violations}`);
process.exit(violations === 0 ? 0 : 1);
