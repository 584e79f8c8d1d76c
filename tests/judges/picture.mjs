// Takes a picture of what a window of a browser shows: picture.mjs ADDRESS PICTURE WIDTH HEIGHT [dark]
import { run } from './browser.mjs';

const [address, picture, width, height, colours] = process.argv.slice(2);

await run(async browser => {
  const context = await browser.newContext({
    viewport: { width: Number(width), height: Number(height) },
    colorScheme: colours === 'dark' ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  // A preview never ends loading: it listens for changes.
  await page.goto(address, { waitUntil: 'domcontentloaded' });
  if (address.startsWith('http:')) await page.waitForSelector('.handoff-bar');
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(300);
  await page.screenshot({ path: picture });
});
