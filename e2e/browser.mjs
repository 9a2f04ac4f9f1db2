// A browser that reaches this machine alone, and visitors who note whatever a
// page does wrong while they look at it.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

// patience is how long a page may take to get into the state that is waited for.
const patience = 60_000;

// Launch gives Debian's Chromium without what it would ask the world for.
async function launch() {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    chromiumSandbox: process.getuid() !== 0, // root has no sandbox
    args: [
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.*',
      '--no-proxy-server', '--disable-quic', '--disable-gpu',
    ],
  });
}

// Visitor is somebody at one server with a browser of their own: no cookies are
// shared with others.
export class Visitor {
  static async at(browser, origin, look = {}) {
    const context = await browser.newContext({
      baseURL: origin, locale: 'en-GB', timezoneId: 'Europe/Oslo',
      javaScriptEnabled: look.javaScript ?? true,
      colorScheme: look.scheme ?? 'light', reducedMotion: 'reduce',
      viewport: { width: look.width ?? 1280, height: look.width < 600 ? 740 : 900 },
    });
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    return new Visitor(context, page, origin);
  }

  constructor(context, page, origin) {
    Object.assign(this, { context, page, origin, faults: [], expected: new Set() });
    context.on('request', (r) => this.#request(r));
    context.on('response', (r) => this.#response(r));
    context.on('console', (m) => this.#console(m));
    context.on('weberror', (e) => this.#fault(`script error: ${e.error().message}`));
  }

  #fault(say) {
    this.faults.push(`${this.page.url()}: ${say}`);
  }

  // Nobody else may learn who reads here.
  #request(request) {
    const url = request.url();
    if (!url.startsWith(this.origin + '/') && !/^(data|blob):/.test(url)) this.#fault(`asks for ${url}`);
  }

  #response(response) {
    if (response.status() >= 400 && !this.expected.has(response.status())) {
      this.#fault(`${response.request().method()} ${response.url()} answers ${response.status()}`);
    }
  }

  #console(message) {
    // A failed request is judged above, where its status is known.
    if (['error', 'warning'].includes(message.type()) && !/^Failed to load resource/.test(message.text())) {
      this.#fault(`the console says: ${message.text()}`);
    }
  }

  // Expecting says that statuses are no fault while something is done.
  async expecting(status, act) {
    this.expected.add(status);
    try {
      return await act();
    } finally {
      this.expected.delete(status);
    }
  }

  // Settled throws what was noted so far.
  settled() {
    if (this.faults.length > 0) throw new Error(this.faults.splice(0).join('\n'));
  }

  async logIn(name, password) {
    await this.page.goto('/login');
    await this.page.getByLabel('Name').fill(name);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button', { name: 'Log in' }).click();
    await this.page.getByRole('button', { name: 'Log out' }).first().waitFor({ state: 'attached' });
  }
}

// Perform runs a script: it gets a browser, the task of the command line, and a
// function for its steps. When a step fails, its name, the reason and pictures of
// all pages are left behind, and the exit code is 1.
export async function perform(script) {
  const task = JSON.parse(process.argv[2]);
  const browser = await launch();
  let doing = 'the start';
  const step = async (name, act) => {
    doing = name;
    const began = Date.now();
    const result = await act();
    console.log(`${name} (${Date.now() - began} ms)`);
    return result;
  };
  try {
    await script({ browser, task, step });
  } catch (err) {
    console.log(`FAILED: ${doing}\n${err.message}`);
    await evidence(browser, task.evidence);
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}

// Evidence keeps pictures of what the browser showed.
async function evidence(browser, dir) {
  await mkdir(dir, { recursive: true });
  const pages = browser.contexts().flatMap((c) => c.pages());
  for (const [i, page] of pages.entries()) {
    const file = join(dir, `${i}.png`);
    await page.screenshot({ path: file, fullPage: true, timeout: 5000 }).then(
      () => console.log(`${page.url()} looked like this: ${file}`),
      (err) => console.log(`${page.url()}: no picture: ${err.message}`),
    );
  }
}
