// Every page, as its owner and as a visitor see it: whether everybody can read and
// use it, what it loads, what it weighs. Pages are found as people find them, by
// links; the routes of the server say which there are.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { perform, Visitor } from './browser.mjs';
import { reachable } from './keys.mjs';

const heaviest = 60_000; // bytes of HTML, CSS and JavaScript, as they are transferred
const narrowest = 320; // pixels
const axe = await readFile(new URL('./node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

// Route gives the pattern that a path belongs to; the longest literal one wins.
function routes(patterns) {
  const all = patterns.map((pattern) => ({
    pattern,
    is: new RegExp('^' + pattern.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+') + '$'),
    literal: pattern.replace(/\{\w+\}/g, '').length,
  })).sort((a, b) => b.literal - a.literal);
  return (path) => all.find((r) => r.is.test(path))?.pattern;
}

// Examine looks at the page that is shown and gives what is wrong with it.
async function examine(one, looks, visit, shots) {
  const { page } = one;
  const wrong = [];
  for (const { scheme, width } of looks) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: width < 600 ? 740 : 900 });
    // Colours that still change from one scheme to the other are no fault.
    await page.evaluate(() => Promise.all(document.getAnimations().map((a) => a.finished)));
    wrong.push(...await barriers(page, `${scheme}, ${width} px`));
    if (shots) await shoot(page, join(shots, `${scheme}-${width}`), visit);
  }
  await page.setViewportSize({ width: narrowest, height: 600 });
  const wide = await page.evaluate(() => {
    const all = [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1);
    return document.scrollingElement.scrollWidth > innerWidth ? all.slice(0, 3).map((e) => e.outerHTML.slice(0, 120)) : [];
  });
  if (wide.length > 0) wrong.push(`at ${narrowest} px it scrolls sideways: ${wide.join(' ')}`);
  wrong.push(...await reachable(page));
  wrong.push(...one.faults.splice(0));
  return wrong;
}

// Barriers are what axe finds that keeps people out.
async function barriers(page, look) {
  await page.evaluate(axe); // not by a script tag, which the page's policy refuses
  const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }));
  return violations.filter((v) => ['serious', 'critical'].includes(v.impact)).map((v) => {
    const where = v.nodes.slice(0, 3).map((n) => `${n.html.slice(0, 160)} (${n.failureSummary?.split('\n')[1]?.trim()})`);
    return `${look}: ${v.id}: ${v.help}: ${where.join('; ')}`;
  });
}

async function shoot(page, dir, visit) {
  await mkdir(dir, { recursive: true });
  await page.mouse.move(0, 0); // nothing is pointed at
  await page.waitForFunction(() => [...document.images].every((i) => i.complete || i.loading === 'lazy'));
  const name = `${visit.who} ${visit.pattern} ${visit.count}`.replace(/[^a-z0-9@]+/gi, '-');
  await page.screenshot({ path: join(dir, `${name}.png`), fullPage: true });
}

// Scale weighs what a page loads.
async function scale(one) {
  const session = await one.page.context().newCDPSession(one.page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  let loads = [];
  one.page.on('requestfinished', (r) => {
    if (['document', 'stylesheet', 'script'].includes(r.resourceType())) loads.push(r.sizes());
  });
  return async () => {
    const all = await Promise.all(loads.splice(0));
    return all.reduce((sum, s) => sum + s.responseBodySize, 0);
  };
}

// Links gives where a page leads on its own server.
const links = (page) => page.evaluate(() => [...document.querySelectorAll('a[href]')]
  .filter((a) => a.origin === location.origin).map((a) => a.pathname + a.search));

// Err sends a form as no browser would let it, and waits for what is said of it.
async function err(one, { at, open, fill, press, status }) {
  const { page } = one;
  await page.goto(at);
  await page.evaluate(() => {
    document.querySelectorAll('form').forEach((f) => { f.noValidate = true; });
    document.querySelectorAll('[maxlength]').forEach((e) => e.removeAttribute('maxlength'));
  });
  if (open) await page.locator('summary').filter({ hasText: open }).click();
  for (const [field, text] of Object.entries(fill ?? {})) {
    const [name, which] = field.split(':');
    await page.locator(`main [name="${name}"]:not([type=hidden])`).nth((which ?? 1) - 1).fill(text);
  }
  await one.expecting(status || 422, async () => {
    const [answer] = await Promise.all([
      page.waitForResponse((r) => r.request().isNavigationRequest() && r.status() !== 303),
      page.locator('main').getByRole('button', { name: press, exact: true }).first().click(),
    ]);
    await page.getByRole('alert').first().waitFor();
    if (answer.status() !== (status || 422)) throw new Error(`${at} answers ${answer.status()}, want ${status || 422}`);
  });
}

await perform(async ({ browser, task, step }) => {
  const route = routes(task.patterns);
  const unbuilt = routes(task.unbuilt);
  const seen = new Set();
  const wrong = [];
  let turn = 0;

  // Walk visits pages from some on, a few of each kind.
  const walk = async (who, one, starts, follow, mistakes) => {
    const weigh = await scale(one);
    const waiting = starts.map((s) => (typeof s === 'string' ? { path: s, status: 200 } : s));
    const visited = new Map(), queued = new Set(waiting.map((w) => w.path)), others = new Map();
    while (waiting.length > 0) {
      const { path, status } = waiting.shift();
      const pattern = route(path.split('?')[0]) ?? path;
      const count = visited.get(pattern) ?? 0;
      if (count >= task.each) continue;
      visited.set(pattern, count + 1);
      seen.add(pattern);
      await step(`${who} looks at ${path}`, async () => {
        const response = await one.expecting(unbuilt(path.split('?')[0]) ? 404 : status, () => one.page.goto(path));
        if (response.status() === 404 && status !== 404) return void wrong.push(...one.faults.splice(0));
        const weight = await weigh();
        const looks = task.all ? task.looks : [task.looks[turn++ % task.looks.length]];
        const found = await examine(one, looks, { who, pattern, count: count + 1 }, task.shots);
        if (weight > heaviest) found.push(`it weighs ${weight} bytes, ${heaviest} are allowed`);
        for (const f of found) wrong.push(`${who} at ${path}: ${f}`);
        if (!follow) return;
        for (const next of await links(one.page)) {
          if (queued.has(next)) continue;
          queued.add(next);
          if (route(next.split('?')[0])) waiting.push({ path: next, status: 200 });
          else others.set(next.replace(/\d+/g, ''), { path: next, from: path });
        }
      });
    }
    for (const [i, m] of mistakes.entries()) {
      await step(`${who} makes a mistake at ${m.at}`, async () => {
        await err(one, m);
        const found = await examine(one, task.all ? task.looks : [task.looks[turn++ % task.looks.length]], { who, pattern: `wrong ${m.at}`, count: i + 1 }, task.shots);
        for (const f of found) wrong.push(`${who} at ${m.at}, after a mistake: ${f}`);
      });
    }
    await step(`${who} follows the links to what is no page`, async () => {
      for (const { path, from } of others.values()) {
        const status = (await one.page.request.get(path)).status();
        if (status >= 400 && !unbuilt(path.split('?')[0])) wrong.push(`${who} at ${from}: the link to ${path} answers ${status}`);
      }
    });
  };

  for (const { who, origin, name, password, starts, follow, mistakes } of task.walks) {
    const one = await Visitor.at(browser, origin);
    if (name) await step(`${who} logs in`, () => one.logIn(name, password));
    await walk(who, one, starts, follow, mistakes ?? []);
    await one.page.context().close();
  }
  console.log(`SEEN ${JSON.stringify([...seen])}`);
  if (wrong.length > 0) throw new Error(`${wrong.length} things are wrong:\n- ${wrong.slice(0, 40).join('\n- ')}`);
});
