// Somebody in front of Chromium's own PDF viewer: clicks into the fields of a form, types, and saves the file with
// what was filled in. The places come from `sign_off.py places`.
// node pdf-viewer.mjs IN OUT PLACES
import { createServer } from 'node:http';
import { readFileSync, writeFileSync } from 'node:fs';
import { run, well } from './browser.mjs';

const [source, target, given] = process.argv.slice(2);
const places = JSON.parse(readFileSync(given, 'utf8')).places;

// The viewer takes files from a server, and from nowhere else.
const server = createServer((_, answer) => {
  answer.setHeader('content-type', 'application/pdf');
  answer.end(readFileSync(source));
}).listen(0, '127.0.0.1');
await new Promise(ready => server.once('listening', ready));

// The headless mode that Playwright chooses has no viewer; that of Chromium itself has.
await run(async browser => {
  const page = await (await browser.newContext({ viewport: { width: 1100, height: 1300 } })).newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/form.pdf`);
  const viewer = await shown(page);
  for (const place of places) await fill(page, viewer, place);
  // What is typed is taken over when the field is left.
  await page.keyboard.press('Tab');
  writeFileSync(target, Buffer.from(await saved(viewer), 'base64'));
  well(`${places.length} fields were filled in with Chromium ${browser.version()}`);
}, { headless: false, args: ['--headless=new', '--ozone-platform=headless'] });

// The frame of the viewer, when the form is there.
async function shown(page) {
  for (let tries = 0; tries < 240; tries += 1) {
    const frame = page.frames().find(frame => frame.url().startsWith('chrome-extension:'));
    const ready = frame && (await frame.evaluate(() => {
      const viewer = document.querySelector('pdf-viewer');
      return Boolean(viewer?.currentController && viewer.viewport && viewer.viewport.getPageScreenRect(0).width > 0);
    }).catch(() => false));
    if (ready) return frame;
    await page.waitForTimeout(250);
  }
  throw new Error('the viewer does not show the form');
}

// Where a place of a page is on the screen, after the page was scrolled to it.
async function scrolled(viewer, { page, x, y, width }) {
  return viewer.evaluate(async ({ page, x, y, width }) => {
    const viewer = document.querySelector('pdf-viewer');
    viewer.viewport.setZoom(1);
    viewer.viewport.goToPageAndXy(page, 0, Math.max(0, y * 96 / 72 - 400));
    await new Promise(done => setTimeout(done, 200));
    const area = viewer.shadowRoot.querySelector('#content').getBoundingClientRect();
    const rect = viewer.viewport.getPageScreenRect(page);
    const scale = rect.width / width;
    return { x: area.x + rect.x + x * scale, y: area.y + rect.y + y * scale };
  }, { page, x, y, width });
}

async function fill(page, viewer, place) {
  const { x, y } = await scrolled(viewer, place);
  await page.mouse.click(x, y);
  if (place.text === null) return;
  await page.keyboard.press('Control+A');
  const lines = place.text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (index > 0) await page.keyboard.press('Enter');
    await page.keyboard.type(line);
  }
}

// The file that the viewer saves with what was filled in.
async function saved(viewer) {
  return viewer.evaluate(async () => {
    const file = await document.querySelector('pdf-viewer').currentController.save('EDITED');
    const bytes = new Uint8Array(file.dataToSave);
    let text = '';
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(text);
  });
}
