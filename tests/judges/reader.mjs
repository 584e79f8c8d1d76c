// A reader with a keyboard, no mouse and no network: opens index.html from disk, searches, follows every
// link of every page, and reads without JavaScript.
//   node reader.mjs FOLDER [--search WORDS]
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { address, pages, problem, run, well, window } from './browser.mjs';

const folder = realpathSync(process.argv[2]);
const at = process.argv.indexOf('--search');
const words = at > 0 ? process.argv[at + 1] : '';
const start = join(folder, 'index.html');

// Goes to an element with Tab alone.
async function tabTo(page, selector, limit = 400) {
  for (let step = 0; step < limit; step += 1) {
    if (await page.evaluate(wanted => document.activeElement?.matches(wanted) ?? false, selector)) return true;
    await page.keyboard.press('Tab');
  }
  problem(`${relative(folder, fileURLToPath(page.url().split(/[?#]/)[0]))}: the keyboard does not reach ${selector}`);
  return false;
}

const active = page => page.evaluate(() => document.querySelector('[role=option][aria-selected=true]')?.getAttribute('href') ?? null);

async function search(page) {
  await page.goto(address(start));
  await page.keyboard.press('/');
  const field = page.locator('.search input');
  if (!(await field.evaluate(element => element === document.activeElement))) problem('`/` does not lead to the search');
  const asked = words || (await page.locator('.listing .entry a').last().innerText());
  await page.keyboard.type(asked);
  await page.locator('[role=option]').first().waitFor({ timeout: 5000 }).catch(() => problem(`nothing is found for “${asked}”`));
  await page.waitForTimeout(500);
  const told = await page.locator('.search [role=status]').innerText();
  if (!/\d/.test(told)) problem(`the number of results is not announced: “${told}”`);
  if (!(await page.locator('[role=option] mark').count())) problem('no word is marked in the results');
  if (!(await page.locator('[role=option] .snippet').first().innerText()).trim()) problem('a result shows no text');
  if (await active(page)) problem('a result is chosen before anybody chose one');
  await page.keyboard.press('ArrowDown');
  const first = await active(page);
  const id = await field.getAttribute('aria-activedescendant');
  if (!first || !id || (await page.locator(`#${id}`).getAttribute('href')) !== first) problem('the arrow chooses no result');
  if ((await page.locator('[role=option]').count()) > 1) {
    await page.keyboard.press('ArrowDown');
    if ((await active(page)) === first) problem('the second arrow chooses no other result');
    await page.keyboard.press('ArrowUp');
    if ((await active(page)) !== first) problem('the arrow back does not choose the first result again');
  }
  await page.keyboard.press('Escape');
  if (await page.locator('.search .panel').isVisible()) problem('Escape does not close the results');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  const chosen = await active(page);
  await page.keyboard.press('Enter');
  await page.waitForURL(url => url.href !== address(start));
  const wanted = new URL(chosen, address(start)).href;
  if (page.url() !== wanted) problem(`Enter leads to ${page.url()} and not to ${wanted}`);
  await page.keyboard.press('/');
  await page.keyboard.type('zzqqxxyy');
  await page.waitForTimeout(500);
  if (!(await page.locator('.search .nothing').isVisible())) problem('that nothing was found is not said');
  well(`“${asked}” was searched and found with the keyboard alone: ${told}`);
}

// From the start page to a document, to the next one and back, without a mouse.
async function walk(page) {
  await page.goto(address(start));
  await page.keyboard.press('Tab');
  if (!(await page.evaluate(() => document.activeElement?.matches('.skip')))) problem('the first key does not lead to the skip link');
  await page.keyboard.press('Enter');
  if (!(await page.evaluate(() => document.activeElement?.matches('main')))) problem('the skip link does not lead to the content');
  if (await tabTo(page, '.listing .entry a')) {
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    if (outline === 'none') problem('what has the focus is not to be seen');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/html\//);
  }
  if (await tabTo(page, '.pager .next')) {
    const before = page.url();
    await page.keyboard.press('Enter');
    await page.waitForURL(url => url.href !== before);
  }
  await page.goto(address(start));
  if (await tabTo(page, '.scheme [data-scheme=dark]')) {
    await page.keyboard.press('Space');
    if ((await page.evaluate(() => document.documentElement.dataset.scheme)) !== 'dark') problem('the colours cannot be chosen with the keyboard');
  }
  well('the pages can be walked with the keyboard alone');
}

// Every link of every page: the file is there, the page opens, the anchor exists.
async function links(page) {
  const found = new Map();
  for (const path of pages(folder)) {
    await page.goto(address(path));
    const hrefs = await page.$$eval('a[href]', list => [...new Set(list.map(link => link.href))]);
    for (const href of hrefs) {
      if (/^(https?|mailto|tel|ssh|git|ftp|sftp|sip|xmpp|geo):/.test(href)) continue;
      if (!href.startsWith('file:')) { problem(`${relative(folder, path)}: a link to ${href}`); continue; }
      const [file, anchor = ''] = href.split('#');
      if (!found.has(file)) found.set(file, new Map());
      found.get(file).set(decodeURIComponent(anchor), relative(folder, path));
    }
  }
  let count = 0;
  for (const [file, anchors] of found) {
    const path = fileURLToPath(file);
    const from = [...anchors.values()][0];
    if (!path.startsWith(folder)) { problem(`${from}: a link leaves the folder: ${path}`); continue; }
    // What is only there in the finished bundle is no part of the site.
    if (!existsSync(path)) { problem(`${from}: ${relative(folder, path)} is not there`); continue; }
    count += anchors.size;
    if (!path.endsWith('.html')) continue;
    await page.goto(file);
    for (const [anchor, place] of anchors) {
      if (anchor && !(await page.evaluate(id => Boolean(document.getElementById(id)), anchor))) {
        problem(`${place}: ${relative(folder, path)} has no place #${anchor}`);
      }
    }
  }
  well(`${count} places that links lead to are there`);
}

async function withoutScripts(browser) {
  const page = await window(browser, folder, { javaScriptEnabled: false });
  for (const path of pages(folder).slice(0, 3)) {
    await page.goto(address(path));
    for (const [what, selector] of [['the search', '.search'], ['the choice of colours', '.scheme']]) {
      if (await page.locator(selector).isVisible()) problem(`${what} is shown without JavaScript`);
    }
    if (!(await page.locator('main').innerText()).trim()) problem('there is no text without JavaScript');
  }
  await page.context().close();
  well('the pages can be read without JavaScript');
}

await run(async browser => {
  const page = await window(browser, folder, {});
  await search(page);
  await walk(page);
  await links(page);
  await withoutScripts(browser);
});
