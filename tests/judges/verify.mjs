// verify.html as a client uses it, opened from disk: the folder and the zip of a bundle as it was delivered,
// and of one that was altered; chosen and dropped; with the hashes of the browser and with those of the page.
//   node verify.mjs FOLDER ZIP ALTERED_FOLDER ALTERED_ZIP OTHER_FOLDER
// The altered ones lack html/assets/search.js, have added.txt, and another index.html. The last is no bundle.
import { readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { address, problem, run, well, window } from './browser.mjs';

const [folder, zip, alteredFolder, alteredZip, other] = process.argv.slice(2).map(path => realpathSync(path));
const start = address(join(folder, 'verify.html'));

// What the page says in the end: whether all is well, its first sentence, and the files that it names.
async function outcome(page) {
  await page.locator('.outcome:not([hidden])').waitFor({ timeout: 60000 });
  return page.evaluate(() => {
    const shown = document.querySelector('.outcome');
    return {
      good: shown.classList.contains('good'),
      verdict: shown.querySelector('.verdict').textContent,
      text: shown.textContent,
      rows: [...shown.querySelectorAll('tbody tr')].map(row => [...row.cells].map(cell => cell.textContent.trim()).join(': ')),
      focus: document.activeElement === shown,
    };
  });
}

async function choose(page, field, path) {
  await page.goto(start);
  await page.locator(field).setInputFiles(path);
  return outcome(page);
}

// A dropped zip, as the browser hands it to the page.
async function drop(page, path) {
  await page.goto(start);
  const file = { name: basename(path), bytes: readFileSync(path).toString('base64') };
  await page.evaluate(({ name, bytes }) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], name, { type: 'application/zip' }));
    document.querySelector('.drop').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
  }, file);
  return outcome(page);
}

function good(how, told) {
  if (!told.good || told.rows.length || !/\d{2}/.test(told.verdict)) problem(`${how}: ${JSON.stringify(told)}`);
  if (!told.focus) problem(`${how}: the outcome does not get the focus`);
}

const WANTED = ['added: added.txt', 'missing: html/assets/search.js', 'altered: index.html'];

function bad(how, told) {
  if (told.good || JSON.stringify(told.rows) !== JSON.stringify(WANTED)) problem(`${how}: ${JSON.stringify(told)}`);
}

async function all(page, how) {
  good(`${how}, folder`, await choose(page, '#verify-folder', folder));
  good(`${how}, zip`, await choose(page, '#verify-zip', zip));
  good(`${how}, dropped zip`, await drop(page, zip));
  bad(`${how}, altered folder`, await choose(page, '#verify-folder', alteredFolder));
  bad(`${how}, altered zip`, await choose(page, '#verify-zip', alteredZip));
  const foreign = await choose(page, '#verify-folder', other);
  if (foreign.good || !foreign.text.includes('SHA256SUMS')) problem(`${how}: no bundle: ${JSON.stringify(foreign)}`);
  const text = await choose(page, '#verify-zip', join(folder, 'SHA256SUMS'));
  if (text.good) problem(`${how}: a text counts as a zip: ${JSON.stringify(text)}`);
}

await run(async browser => {
  const page = await window(browser, folder);
  await all(page, 'hashes of the browser');
  well('verify.html tells a good bundle from an altered one, as folder and as zip, chosen and dropped');
  await page.addInitScript(() => Object.defineProperty(globalThis.crypto, 'subtle', { value: undefined }));
  await all(page, 'hashes of the page');
  if (await page.evaluate(() => Boolean(globalThis.crypto.subtle))) problem('the browser still has its own hashes');
  well('verify.html does so with its own SHA-256 as well');
  const policy = await page.evaluate(() => document.querySelector('meta[http-equiv=Content-Security-Policy]').content);
  if (!policy.startsWith("default-src 'none'") || policy.includes('unsafe') || policy.includes('http')) problem(`the policy is ${policy}`);
  await page.keyboard.press('Tab');
  for (const field of ['verify-folder', 'verify-zip']) {
    let reached = false;
    for (let step = 0; step < 40 && !reached; step += 1) {
      await page.keyboard.press('Tab');
      reached = await page.evaluate(id => document.activeElement?.id === id, field);
    }
    if (!reached) problem(`the keyboard does not reach ${field}`);
  }
  well('verify.html loads nothing and can be used with the keyboard');
});
