// A browser without a network, and what the judges have in common.
import { chromium } from 'playwright-core';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const executablePath = execFileSync('sh', ['-c', 'command -v chromium || command -v google-chrome']).toString().trim();
const problems = [];

export function problem(text) {
  problems.push(text);
  console.error(`FAILED: ${text}`);
}

// Says what is well, if nothing was wrong since the last time.
let told = 0;
export function well(text) {
  if (problems.length === told) console.log(`ok: ${text}`);
  told = problems.length;
}

export const address = path => pathToFileURL(path).href;

// All pages of a folder, the start page first.
export function pages(folder) {
  const found = [];
  const walk = at => {
    for (const entry of readdirSync(at, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.name.endsWith('.html')) found.push(path);
    }
  };
  walk(folder);
  const start = join(folder, 'index.html');
  if (!existsSync(start)) problem('there is no index.html');
  return [start, ...found.filter(path => path !== start)];
}

// A window in which every request that leaves the folder is refused and told.
export async function window(browser, folder, options) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, reducedMotion: 'reduce', ...options });
  const inside = address(folder);
  await context.route('**', route => {
    const url = route.request().url();
    if (url.startsWith(inside) || url.startsWith('data:')) return route.continue();
    problem(`a page asks for ${url}`);
    return route.abort();
  });
  const page = await context.newPage();
  const where = () => relative(folder, page.url().startsWith('file:') ? fileURLToPath(page.url().split(/[?#]/)[0]) : page.url());
  page.on('pageerror', error => problem(`${where()}: ${error.message}`));
  page.on('console', message => {
    if (message.type() === 'error') problem(`${where()}: ${message.text()}`);
  });
  page.on('requestfailed', request => {
    // Who leaves a page while the search is still being loaded ends that request: nothing is missing.
    const why = request.failure()?.errorText;
    const isSearch = /\/assets\/(search-index\.js|search\/[^/]+\.js)$/.test(request.url());
    if (why !== 'net::ERR_ABORTED' || !isSearch) problem(`${where()}: cannot load ${request.url()} (${why})`);
  });
  return page;
}

export async function run(work, { headless = true, args = [] } = {}) {
  const safe = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];
  const browser = await chromium.launch({ executablePath, headless, args: [...safe, ...args] });
  try {
    await work(browser);
  } finally {
    await browser.close();
  }
  process.exit(problems.length ? 1 : 0);
}
