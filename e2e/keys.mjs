// What can be done without a mouse.

// stops are what the Tab key must come to.
const stops = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';

// Reachable walks through a page with the Tab key, and gives what it does not come
// to, or does not show to have come to.
export async function reachable(page) {
  const count = await page.evaluate((stops) => {
    window.stops = [...document.querySelectorAll(stops)].filter((e) => !e.disabled && e.tabIndex >= 0 && e.checkVisibility({ visibilityProperty: true }));
    document.activeElement?.blur();
    document.getSelection()?.removeAllRanges();
    return window.stops.length;
  }, stops);
  const reached = new Set(), hidden = new Set();
  for (let i = 0; i < count * 2 + 20 && reached.size < count; i++) { // players of sound have stops of their own
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const e = document.activeElement, i = window.stops.indexOf(e);
      if (i < 0) return null;
      const mates = e.type === 'radio' ? window.stops.map((s, j) => (s.type === 'radio' && s.name === e.name && s.form === e.form ? j : -1)).filter((j) => j >= 0) : [i];
      const seen = (s) => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== 'none';
      const marked = [e, e.parentElement, e.nextElementSibling].some((n) => n && seen(getComputedStyle(n)));
      return { mates, marked };
    });
    for (const j of at?.mates ?? []) {
      reached.add(j);
      if (!at.marked) hidden.add(j);
    }
  }
  return page.evaluate(([reached, hidden]) => [
    ...window.stops.filter((_, i) => !reached.includes(i)).map((e) => `the Tab key does not come to ${e.outerHTML.slice(0, 120)}`),
    ...window.stops.filter((_, i) => hidden.includes(i)).map((e) => `it does not show that the Tab key is at ${e.outerHTML.slice(0, 120)}`),
  ], [[...reached], [...hidden]]);
}

// TabTo presses the Tab key until an element has the focus, as one looks for it: a
// page has an end, and behind it begins again.
export async function tabTo(page, element) {
  for (let i = 0; i < 300; i++) {
    if (await element.evaluate((e) => e === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${page.url()}: the Tab key does not come to ${element}`);
}
