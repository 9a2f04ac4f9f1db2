// The owner follows a relay from its page, pauses it, and leaves it.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { perform, Visitor } from './browser.mjs';

// Row is the line of the relay in the list.
const row = (page, relay) => page.getByRole('row').filter({ hasText: relay });

// Presses a button of the relay, and waits for what the list then says.
async function presses(page, relay, button, says) {
  await row(page, relay).getByRole('button', { name: new RegExp(`^${button} `) }).click();
  await row(page, relay).getByText(says).waitFor();
}

// Answers come by themselves, and the page does not: it is looked at again.
async function until(page, relay, says) {
  for (let i = 0; i < 60; i++) {
    await page.goto('/admin/relays');
    if (await row(page, relay).getByText(says).count()) return;
    await page.waitForTimeout(500);
  }
  assert.fail(`the list never says ${says}`);
}

async function picture(page, { shots }, name) {
  if (!shots) return;
  await mkdir(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `relay-${name}.png`), fullPage: true });
}

await perform(async ({ browser, task, step }) => {
  const looks = [
    { javaScript: false, width: 360, scheme: 'light' }, { javaScript: true, width: 1280, scheme: 'dark' },
  ];
  for (const look of looks) {
    const owner = await Visitor.at(browser, task.origin, look);
    const { page } = owner, how = `${look.width} ${look.scheme}`;
    await step(`${how}: log in`, () => owner.logIn(task.name, task.password));
    await step(`${how}: an address that is no relay is told so`, async () => {
      await page.goto('/admin/queue');
      await page.getByRole('link', { name: 'Relays', exact: true }).click();
      await page.getByLabel('Address of the relay').fill(task.person);
      await owner.expecting(422, async () => {
        await page.getByRole('button', { name: 'Look' }).click();
        await page.getByRole('alert').getByText('no relay').waitFor();
      });
      assert.equal(await page.getByLabel('Address of the relay').inputValue(), task.person);
      await picture(page, task, `${how} wrong`);
    });
    await step(`${how}: a relay is looked at, and followed`, async () => {
      await page.getByLabel('Address of the relay').fill(task.relay);
      await page.getByRole('button', { name: 'Look' }).click();
      await page.locator('dl').getByText('activity-relay 2.0.11').waitFor();
      await picture(page, task, `${how} found`);
      await page.getByRole('button', { name: 'Follow it' }).click();
      await row(page, task.relay).waitFor();
      await until(page, task.relay, 'accepted');
      await picture(page, task, `${how} followed`);
    });
    await step(`${how}: rules are tried on what it named, and saved`, async () => {
      await fetch(task.names);
      await row(page, task.relay).getByRole('link').first().click();
      const counted = page.getByText(/these rules would have kept \d+ and dropped [1-9]/);
      for (let i = 0; i < 60 && !await counted.count(); i++) { // it is looked at a little later
        await page.getByLabel('Never with one of these words').fill('tulips');
        await page.getByRole('button', { name: 'Look first' }).click();
        await page.locator('#preview').waitFor();
        await page.waitForTimeout(500);
      }
      assert.equal(await counted.count(), 1);
      await page.getByRole('cell', { name: /Tulips are out/ }).first().waitFor();
      await picture(page, task, `${how} preview`);
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved. The rules hold').waitFor();
      await page.getByRole('button', { name: 'Try it' }).click();
      await page.getByRole('button', { name: 'End the trial' }).click();
      await page.getByRole('link', { name: 'Ledger' }).click();
      await page.getByText('Would have been kept').first().waitFor();
      await picture(page, task, `${how} ledger`);
    });
    await step(`${how}: what it brought is counted, and removed`, async () => {
      await page.goto('/admin/storage');
      await page.getByRole('link', { name: /What would go/ }).click();
      await page.getByText('Nothing has had its time').waitFor();
      await picture(page, task, `${how} prune`);
      await page.goto('/admin/relays');
      await row(page, task.relay).getByRole('link').first().click();
      await page.getByRole('link', { name: 'Remove what it brought' }).click();
      await page.getByText(/[1-9] posts? would go/).waitFor();
      await picture(page, task, `${how} purge`);
      await page.getByRole('button', { name: /^Remove [1-9]/ }).click();
      await page.getByRole('heading', { name: 'Storage' }).waitFor();
      for (let i = 0; i < 60 && await page.getByText('Being removed').count(); i++) {
        await page.waitForTimeout(500);
        await page.reload();
      }
      assert.equal(await page.getByText('Being removed').count(), 0);
      await picture(page, task, `${how} storage`);
      await page.goto('/admin/relays');
    });
    await step(`${how}: it is paused and resumed`, async () => {
      await presses(page, task.relay, 'Pause', 'paused');
      await picture(page, task, `${how} paused`);
      await presses(page, task.relay, 'Resume', 'accepted');
    });
    await step(`${how}: it is left`, () => presses(page, task.relay, 'Leave', 'leaving'));
    owner.settled();
    await page.context().close();
  }
});
