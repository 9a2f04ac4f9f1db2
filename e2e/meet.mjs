// What two people do who have servers of their own: find, follow, write, answer,
// change their mind. What one does, the other one's server hears of by itself.

// Appears opens a page until something is there; what travels between servers takes
// its time, and pages without scripts do not change by themselves.
async function appears(one, path, what, wanted = true) {
  const until = Date.now() + 60_000;
  for (;;) {
    await one.page.goto(path);
    if ((await what(one.page).count() > 0) === wanted) return;
    if (Date.now() > until) throw new Error(`${path} does not come to ${wanted ? 'show' : 'hide'} ${what(one.page)}`);
  }
}

// Post is the article with a text.
const post = (page, text) => page.getByRole('article').filter({ hasText: text }).first();

// Press presses a button under a post, which then says that it is pressed.
async function press(one, text, name) {
  const article = post(one.page, text);
  await article.getByRole('button', { name }).click();
  await article.getByRole('button', { name, pressed: true }).waitFor();
}

// Attach adds a picture to what is being written, and describes it.
async function attach(one, file, says) {
  const { page } = one;
  await page.getByText('Pictures, sound and film').click();
  if (await page.getByLabel('Add files').count() > 0) {
    await page.getByLabel('Add files').setInputFiles(file);
    await page.getByText('is here. Describe it').waitFor();
  } else {
    await page.getByLabel('File 1').setInputFiles(file);
  }
  await page.getByLabel('Describe it').first().fill(says);
}

export async function meet(anna, bert, task, step) {
  const words = 'The first swarm of the year sits in the pear tree.';
  const more = 'The first swarm of the year sits in the pear tree, and it hums.';

  await step('Anna wants to be asked before somebody follows', async () => {
    await anna.page.goto('/settings/profile');
    await anna.page.getByLabel('Ask me before somebody follows me').check();
    await anna.page.getByRole('button', { name: 'Save' }).click();
    await anna.page.getByRole('status').filter({hasText: 'Saved'}).waitFor();
  });
  await step('Bert finds Anna by her handle, and asks', async () => {
    await bert.page.goto('/search');
    await bert.page.getByLabel('Search for').fill(anna.handle);
    await bert.page.getByRole('button', { name: 'Search' }).click();
    await bert.page.getByRole('heading', { name: anna.called }).waitFor();
    await bert.page.getByRole('button', { name: `Follow ${anna.handle}` }).click();
    await bert.page.getByRole('button', { name: `Cancel the request to follow ${anna.handle}` }).waitFor();
    bert.sees = new URL(bert.page.url()).pathname;
  });
  await step('Anna is told, and lets him in', async () => {
    await appears(anna, '/notifications', (p) => p.getByRole('button', { name: `Accept ${bert.handle}` }));
    await anna.page.getByRole('button', { name: `Accept ${bert.handle}` }).click();
    await appears(bert, bert.sees, (p) => p.getByRole('button', { name: `Unfollow ${anna.handle}` }));
  });
  await step('Anna writes, with a picture', async () => {
    await anna.page.getByRole('link', { name: 'Write' }).click();
    await anna.page.getByLabel('What do you want to say?').fill(words);
    await attach(anna, task.picture, 'Bees on a branch');
    await anna.page.getByRole('button', { name: 'Post', exact: true }).click();
    await post(anna.page, words).getByRole('img', { name: 'Bees on a branch' }).waitFor();
    anna.wrote = new URL(anna.page.url()).pathname;
  });
  await step('Bert reads it at home, likes and boosts it', async () => {
    await appears(bert, '/home', (p) => post(p, words));
    await post(bert.page, words).getByRole('img', { name: 'Bees on a branch' }).waitFor();
    await press(bert, words, /^Like/);
    await press(bert, words, /^Boost/);
    await press(bert, words, /^Bookmark/);
  });
  await step('Bert answers', async () => {
    await post(bert.page, words).getByRole('link', { name: /^Reply/ }).click();
    await bert.page.getByLabel('Your answer').fill(`${await bert.page.getByLabel('Your answer').inputValue()} Leave a box under it.`);
    await bert.page.getByRole('button', { name: 'Reply', exact: true }).click();
    await post(bert.page, 'Leave a box under it.').waitFor();
  });
  await step('Anna hears of all three', async () => {
    for (const told of ['liked your post', 'boosted your post', 'Leave a box under it.']) {
      await appears(anna, '/notifications', (p) => p.getByText(told));
    }
    await appears(anna, anna.wrote, (p) => post(p, 'Leave a box under it.'));
  });
  await step('Anna changes what she wrote', async () => {
    await post(anna.page, words).getByLabel('More about this post').click();
    await post(anna.page, words).getByRole('link', { name: 'Edit' }).click();
    await anna.page.getByLabel('What do you want to say?').fill(more);
    await anna.page.getByRole('button', { name: 'Save' }).click();
    await post(anna.page, more).waitFor();
    await appears(bert, '/home', (p) => post(p, more).getByText('edited'));
  });
  await step('Bert thinks better of his like', async () => {
    await post(bert.page, more).getByRole('button', { name: /^Like/ }).click();
    await post(bert.page, more).getByRole('button', { name: /^Like/, pressed: false }).waitFor();
  });
  await step('Anna takes it back', async () => {
    await anna.page.goto(anna.wrote);
    await post(anna.page, more).getByLabel('More about this post').click();
    await post(anna.page, more).getByRole('link', { name: 'Delete' }).click();
    await anna.page.getByRole('heading', { name: 'Delete this post?' }).waitFor();
    await anna.page.getByRole('button', { name: 'Delete', exact: true }).click();
    await anna.page.waitForURL((url) => !url.pathname.endsWith('/delete'));
    await appears(bert, '/home', (p) => post(p, more), false);
  });
  anna.settled();
  bert.settled();
}
