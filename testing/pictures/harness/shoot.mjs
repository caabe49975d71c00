// Bundles the page, serves it with the data sources behind it, and takes its picture with the system's chromium.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import puppeteer from "puppeteer-core";
import sharp from "sharp";

const WIDTH = 1600;
const PATIENCE_MS = 120_000;

export async function bundle(home) {
  const { outputFiles } = await build({
    entryPoints: [join(home, "page/main.tsx")],
    bundle: true, write: false, outdir: "out", format: "esm", splitting: false, jsx: "automatic", minify: true, logLevel: "error",
    define: { "process.env.NODE_ENV": '"production"', global: "window" },
    loader: { ".woff2": "dataurl", ".woff": "empty", ".ttf": "empty", ".svg": "text" },
  });
  const text = (ending) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
  return { script: text(".js"), style: text(".css") };
}

/** A server of one page. `order` is what the page shall draw; it changes between pictures. */
export async function serve(home, page, sources) {
  const icons = join(home, "node_modules/@grafana/ui/dist/public/img/icons");
  const state = { order: null };
  const server = createServer(async (request, response) => {
    try {
      const { pathname, search } = new URL(request.url, "http://page");
      if (pathname === "/") return response.setHeader("content-type", "text/html").end(HTML);
      if (pathname === "/page.js") return response.setHeader("content-type", "text/javascript").end(page.script);
      if (pathname === "/page.css") return response.setHeader("content-type", "text/css").end(page.style);
      if (pathname === "/order.json") return response.setHeader("content-type", "application/json").end(JSON.stringify(state.order));
      if (pathname.startsWith("/public/build/img/icons/")) {
        const name = pathname.slice("/public/build/img/icons/".length);
        return response.setHeader("content-type", "image/svg+xml").end(await readFile(join(icons, name)));
      }
      const [, source, ...rest] = pathname.split("/");
      const base = sources[source];
      if (!base) return response.writeHead(404).end("{}");
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const answer = await fetch(`${base}/${rest.join("/")}${search}`, {
        method: request.method,
        headers: request.method === "POST" ? { "content-type": request.headers["content-type"] } : {},
        body: request.method === "POST" ? Buffer.concat(chunks) : undefined,
      });
      response.writeHead(answer.status, { "content-type": "application/json" }).end(Buffer.from(await answer.arrayBuffer()));
    } catch (error) {
      if (!response.headersSent) response.writeHead(404);
      response.end(JSON.stringify({ status: "error", error: String(error) }));
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { state, url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

const HTML = `<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="stylesheet" href="/page.css">
<script>window.__grafana_public_path__ = "/public/"; window.process = { env: {} };</script>
<script type="module" src="/page.js"></script></head><body><div id="root"></div></body></html>`;

export function openBrowser(chromium) {
  return puppeteer.launch({
    executablePath: chromium, headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb", "--hide-scrollbars", "--font-render-hinting=none"],
  });
}

const compress = (image) => image.png({ palette: true, colours: 256, quality: 100, dither: 0, effort: 10, compressionLevel: 9 });

/** The upper part of a picture, for places that have no room for all of it. */
export async function crop(file, height, part) {
  await compress(sharp(file).extract({ left: 0, top: 0, width: WIDTH, height })).toFile(part);
}

/** Draws one board into `file`. What the panels say that show no data: `[{ title, kind, text }]`. */
export async function shoot(browser, url, file) {
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(`  page: ${error.message ?? error}`));
  try {
    await page.setViewport({ width: WIDTH, height: 1200 });
    await page.goto(url, { timeout: PATIENCE_MS });
    await page.waitForFunction(() => document.body.dataset.done || document.body.dataset.failed, { timeout: PATIENCE_MS });
    const failed = await page.evaluate(() => document.body.dataset.failed);
    if (failed) throw new Error(failed);
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewport({ width: WIDTH, height });
    await page.waitForNetworkIdle({ idleTime: 1500, timeout: PATIENCE_MS });
    const messages = await page.evaluate(() =>
      [...document.querySelectorAll("[data-message]")].map((one) => ({
        title: one.closest("[data-panel]").dataset.panel, kind: one.dataset.message, text: one.textContent,
      })),
    );
    const picture = await page.screenshot({ type: "png" });
    await compress(sharp(picture)).toFile(file);
    return messages;
  } finally {
    await page.close();
  }
}
