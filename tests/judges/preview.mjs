// A reader in front of the preview: a file is saved, the page changes; findings appear and go.
// node preview.mjs ADDRESS PROJECT [--limit MS]
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { problem, run, well } from './browser.mjs';

const [address, project, ...rest] = process.argv.slice(2);
const limit = rest[0] === '--limit' ? Number(rest[1]) : Infinity;
const file = join(project, 'docs/support.md');
const settings = join(project, 'handoff.yaml');
const original = readFileSync(file, 'utf8');
const wait = { timeout: 30000 };

// Errors in the console, and whatever the policy of the page refuses.
function watched(page) {
  page.on('pageerror', error => problem(`${page.url()}: ${error.message}`));
  page.on('console', message => {
    if (message.type() === 'error') problem(`${page.url()}: ${message.text()}`);
  });
  page.on('request', request => {
    if (!request.url().startsWith(address) && !request.url().startsWith('data:')) problem(`a page asks for ${request.url()}`);
  });
  return page;
}

await run(async browser => {
  const page = watched(await (await browser.newContext({ viewport: { width: 1280, height: 860 } })).newPage());
  await page.goto(new URL('html/support.html', address).href);
  await page.waitForSelector('.handoff-bar');
  if (await page.locator('.handoff-remark').count()) problem('the example has a remark before anything is wrong');

  // A paragraph is saved again and again; each time the page follows.
  const times = [];
  for (let round = 1; round <= 7; round += 1) {
    const words = `The desk opened in round ${round} of the test.`;
    const begun = performance.now();
    writeFileSync(file, `${original}\n${words}\n`);
    await page.getByText(words).waitFor(wait);
    times.push(performance.now() - begun);
  }
  times.sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)];
  console.log(`from saving to the page: median ${median.toFixed(0)} ms, of ${times.map(time => time.toFixed(0)).join(' ')}`);
  if (median > limit) problem(`a change takes ${median.toFixed(0)} ms, more than ${limit}`);
  well('a saved fragment is shown');

  // The place of the reader stays where it was.
  const before = await page.evaluate(() => { window.scrollTo({ top: 400, behavior: 'instant' }); return window.scrollY; });
  writeFileSync(file, `${original}\nOnce more.\n`);
  await page.getByText('Once more.').waitFor(wait);
  await page.waitForFunction(place => Math.abs(window.scrollY - place) < 5, before, wait);
  well('the reader stays at the same place');

  // A finding stands at its place, in the bar and in the overview, and opens the editor.
  writeFileSync(file, `${original}\nThe desk moves on a day that is TBD, as agreed.\n`);
  await page.locator('.handoff-remark.error').waitFor(wait);
  const line = original.split('\n').length + 1;
  const remark = page.locator('.handoff-remark.error');
  const previous = await remark.evaluate(element => element.previousElementSibling.textContent);
  if (!previous.includes('TBD')) problem(`the remark stands behind “${previous}”`);
  const link = await remark.locator('.handoff-place a').getAttribute('href');
  if (!link.startsWith('vscode://file/') || !link.includes(`docs/support.md:${line}:`)) problem(`the link of the remark is ${link}`);
  if (!(await page.locator('.handoff-bar-news').textContent()).includes('1 error')) problem('the bar does not tell of the error');
  await page.locator('.handoff-bar-news a').click();
  await page.locator('.findings li.error').waitFor(wait);
  if (!(await page.locator('.findings mark').textContent()).includes('TBD')) problem('the overview does not show the words');
  await page.locator('.findings .places a').last().click();
  await page.waitForURL(/html\/support\.html#handoff-finding-1/, wait);
  if (!(await page.locator('.handoff-remark:target').isVisible())) problem('the overview does not lead to the finding');
  well('a finding appears at its place and in the overview');
  writeFileSync(file, original);
  await page.locator('.handoff-remark').waitFor({ ...wait, state: 'detached' });
  await page.locator('.handoff-bar-news .clean').waitFor(wait);
  well('a mended finding goes');

  // A rule, the status, and a PDF that is made when it is asked for.
  await page.goto(new URL('preview/rules/placeholder-text', address).href);
  await page.getByRole('heading', { name: 'placeholder-text', exact: true }).waitFor(wait);
  await page.goto(new URL('preview/status', address).href);
  await page.getByText('For internal use').waitFor(wait);
  const styled = await page.evaluate(() => getComputedStyle(document.querySelector('header')).backgroundColor);
  if (styled === 'rgba(0, 0, 0, 0)') problem('the status has no style');
  await page.goto(new URL('index.html', address).href);
  const pdf = await page.locator('.listing .file a').first().getAttribute('href');
  const answer = await page.request.get(new URL(pdf, address).href);
  if (!(await answer.body()).subarray(0, 5).equals(Buffer.from('%PDF-'))) problem(`${pdf} is no PDF`);
  well('rules, status and PDFs are there');

  // A project that cannot be read shows why, and comes back.
  const yaml = readFileSync(settings, 'utf8');
  writeFileSync(settings, `project: [\n${yaml}`);
  await page.locator('.findings li.error').first().waitFor(wait);
  await page.locator('.why').waitFor(wait);
  writeFileSync(settings, yaml);
  await page.locator('.hero').waitFor(wait);
  well('a broken project shows its findings and comes back');

  // The search works from here as well as from disk.
  await page.keyboard.press('/');
  await page.keyboard.type('escalation');
  await page.locator('.results a, .results [role=option]').first().waitFor(wait);
  well('the search finds something');
});
