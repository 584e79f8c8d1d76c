// axe over every page: light and dark, a wide and a narrow window; and nothing wider than the window.
import { realpathSync } from 'node:fs';
import { relative } from 'node:path';
import { createRequire } from 'node:module';
import { address, pages, problem, run, well, window } from './browser.mjs';

const { source } = createRequire(import.meta.url)('axe-core');
const folder = realpathSync(process.argv[2]);

async function judge(page, name) {
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { preload: false, resultTypes: ['violations'] }));
  for (const { id, help, nodes } of violations) {
    problem(`${name}: ${id}: ${help} (${nodes.length}), first ${nodes[0].target.join(' ')}`);
  }
}

await run(async browser => {
  const all = pages(folder);
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [1280, 390]) {
      // The policy of the pages would refuse the judge.
      const page = await window(browser, folder, { colorScheme, viewport: { width, height: 860 }, bypassCSP: true });
      for (const path of all) {
        const name = `${relative(folder, path)}, ${colorScheme}, ${width} px`;
        await page.goto(address(path));
        await page.evaluate(`${source};0`);
        await judge(page, name);
        const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (excess > 0) problem(`${name}: ${excess} px wider than the window`);
      }
      // Once more with the results of a search open.
      await page.goto(address(all[0]));
      await page.evaluate(`${source};0`);
      await page.keyboard.press('/');
      await page.keyboard.type('a');
      await page.locator('[role=option]').first().waitFor();
      await page.keyboard.press('ArrowDown');
      await judge(page, `results of a search, ${colorScheme}, ${width} px`);
      await page.context().close();
    }
  }
  well(`axe found nothing on ${all.length} pages, light and dark, at 1280 and 390 px`);
});
