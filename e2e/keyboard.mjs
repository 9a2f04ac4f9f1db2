// A whole task by keyboard alone: without scripts by Tab and Enter, with them by the
// shortcuts that the pages add.
import assert from 'node:assert/strict';
import { perform, Visitor } from './browser.mjs';
import { tabTo } from './keys.mjs';

// Post is the article with a text.
const post = (page, text) => page.getByRole('article').filter({ hasText: text }).first();

// Enters logs in.
async function enters(page, name, password) {
  await page.goto('/login');
  await page.keyboard.type(name); // the first field waits for it
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Log out' }).waitFor({ state: 'attached' });
}

// Deletes a post that is shown, by its menu.
async function deletes(page, text) {
  await tabTo(page, post(page, text).getByLabel('More about this post'));
  await page.keyboard.press('Enter');
  await tabTo(page, post(page, text).getByRole('link', { name: 'Delete' }));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Delete this post?' }).waitFor();
  await tabTo(page, page.getByRole('button', { name: 'Delete', exact: true }));
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => !url.pathname.endsWith('/delete'));
  assert.equal(await post(page, text).count(), 0, 'the post is gone');
}

async function byTab({ page }, { name, password }, step) {
  const says = 'Written without a mouse.', answer = 'Nor was this.';
  await step('by Tab: log in', () => enters(page, name, password));
  await step('by Tab: write a post', async () => {
    await tabTo(page, page.getByRole('link', { name: 'Write' }));
    await page.keyboard.press('Enter');
    await page.getByLabel('What do you want to say?').and(page.locator(':focus')).waitFor();
    await page.keyboard.type(says);
    await tabTo(page, page.getByRole('button', { name: 'Post', exact: true }));
    await page.keyboard.press('Enter');
    await post(page, says).waitFor();
  });
  await step('by Tab: like it at home', async () => {
    await tabTo(page, page.getByRole('link', { name: 'Home', exact: true }));
    await page.keyboard.press('Enter');
    await page.waitForURL('**/home');
    await tabTo(page, post(page, says).getByRole('button', { name: /^Like/ }));
    await page.keyboard.press('Space');
    await post(page, says).getByRole('button', { name: /^Like/, pressed: true }).waitFor();
  });
  await step('by Tab: open its thread, and answer', async () => {
    await tabTo(page, post(page, says).locator('a.u-url'));
    await page.keyboard.press('Enter');
    await page.waitForURL('**/posts/*');
    await tabTo(page, post(page, says).getByRole('link', { name: /^Reply/ }));
    await page.keyboard.press('Enter');
    await page.getByLabel('Your answer').and(page.locator(':focus')).waitFor();
    await page.keyboard.type(answer);
    await tabTo(page, page.getByRole('button', { name: 'Reply', exact: true }));
    await page.keyboard.press('Enter');
    await post(page, answer).waitFor();
  });
  await step('by Tab: delete the answer', () => deletes(page, answer));
}

async function byShortcuts({ page }, { name, password }, step) {
  const says = 'Written with few keys.', answer = 'And this with fewer.';
  const at = (text) => post(page, text).and(page.locator(':focus'));
  await step('by shortcuts: log in', () => enters(page, name, password));
  await step('by shortcuts: ask which keys there are', async () => {
    await page.keyboard.press('?');
    const list = page.getByRole('dialog', { name: 'Keys' });
    for (const does of ['Write a post', 'Like it', 'Open the post', 'Reply to it', 'Home', 'Send what you write']) {
      await list.getByText(does, { exact: true }).waitFor();
    }
    await page.keyboard.press('Escape');
    await list.waitFor({ state: 'hidden' });
  });
  await step('by shortcuts: write a post', async () => {
    await page.keyboard.press('n');
    await page.getByLabel('What do you want to say?').and(page.locator(':focus')).waitFor();
    await page.keyboard.type(says); // no key of it is a shortcut
    await page.keyboard.press('Control+Enter');
    await post(page, says).waitFor();
  });
  await step('by shortcuts: like it at home', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('h');
    await page.waitForURL('**/home');
    await page.keyboard.press('j');
    await at(says).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await at(says).waitFor();
    await page.keyboard.press('f');
    await post(page, says).getByRole('button', { name: /^Like/, pressed: true }).waitFor();
  });
  await step('by shortcuts: open its thread, and answer', async () => {
    await page.keyboard.press('o');
    await page.waitForURL('**/posts/*');
    await page.keyboard.press('j');
    await at(says).waitFor();
    await page.keyboard.press('r');
    await page.getByLabel('Your answer').and(page.locator(':focus')).waitFor();
    await page.keyboard.type(answer);
    await page.keyboard.press('Control+Enter');
    await post(page, answer).waitFor();
  });
  await step('by shortcuts: delete the answer', () => deletes(page, answer));
}

await perform(async ({ browser, task, step }) => {
  for (const [javaScript, walk] of [[false, byTab], [true, byShortcuts]]) {
    const one = await Visitor.at(browser, task.origin, { javaScript });
    await walk(one, task, step);
    one.settled();
    await one.page.context().close();
  }
});
