// The main road, walked by two people whose servers are as new as they are.
import assert from 'node:assert/strict';
import { perform, Visitor } from './browser.mjs';
import { meet } from './meet.mjs';

const password = 'correct horse battery';

await perform(async ({ browser, task, step }) => {
  const people = [];
  for (const { origin, link, name, called } of task.servers) {
    const one = await Visitor.at(browser, origin, { javaScript: task.javaScript, width: 1280 });
    Object.assign(one, { name, called, handle: `@${name}@${new URL(origin).host}` });
    people.push(one);
    const { page } = one;

    await step(`${called} becomes the owner by the link that was printed`, async () => {
      await page.goto(link);
      await page.getByLabel('Your name in the address').fill(name);
      await page.getByLabel('The name that is shown').fill(called);
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByLabel('Password').fill(password);
      await page.getByLabel('The same again').fill(password);
      await page.getByRole('button', { name: 'Become the owner' }).click();
      await page.getByRole('heading', { name: 'Who are you?' }).waitFor();
    });
    await step(`${called} introduces themself with a picture`, async () => {
      await page.getByLabel('About you').fill(`I am ${called}.`);
      await page.getByLabel('choose a file').setInputFiles(task.picture);
      await page.getByLabel('What it shows').fill('Many colours');
      await page.getByRole('button', { name: 'Save and go on' }).click();
      await page.getByRole('link', { name: 'Look at your page' }).click();
      await page.getByText(`I am ${called}.`).waitFor();
      await page.getByRole('img', { name: 'Many colours' }).first().waitFor();
    });
    await step(`${called} says more in the settings`, async () => {
      await page.goto('/settings/profile');
      await page.getByLabel('About you').fill(`I am ${called}, and I keep bees.`);
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('status').filter({hasText: 'Saved'}).waitFor();
      await page.goto('/');
      await page.getByText('and I keep bees.').waitFor();
    });
    await step(`${called} cannot use the link again`, () => one.expecting(410, async () => {
      await page.goto(link);
      await page.getByText('This link was used').waitFor();
    }));
    await step(`${called} logs out`, async () => {
      await page.getByRole('button', { name: 'Log out' }).click();
      await page.getByRole('link', { name: 'Owner login' }).waitFor();
    });
    await step(`${called} is not let in with a wrong password`, () => one.expecting(401, async () => {
      await page.getByRole('link', { name: 'Owner login' }).click();
      await page.getByLabel('Name').fill(name);
      await page.getByLabel('Password').fill('wrong horse battery');
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.getByRole('alert').waitFor();
      assert.equal(await page.getByLabel('Name').inputValue(), name, 'the name that was typed is still there');
    }));
    await step(`${called} logs in`, () => one.logIn(name, password));
    one.settled();
  }
  await meet(...people, task, step);
});
