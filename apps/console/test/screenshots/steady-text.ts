/**
 * Run in a page: what would be other in the picture of each run gets words that stay, the day and moment of the run and the hashes that
 * follow from them.
 */
export const steadyText = `(() => {
  const today = new Date();
  const day = (it, options) => new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options }).format(it);
  const long = { day: 'numeric', month: 'long', year: 'numeric' };
  const days = [day(today, long), today.toISOString().slice(0, 10)];
  const steadyDays = ['2 April 2026', '2026-04-02'];
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = nodes.nextNode(); node !== null; node = nodes.nextNode()) {
    let text = node.data;
    days.forEach((it, at) => {
      text = text.replaceAll(new RegExp(it + '( at |, |T| )\\\\d\\\\d:\\\\d\\\\d(:\\\\d\\\\d)?', 'g'), steadyDays[at] + '$109:00');
      text = text.replaceAll(it, steadyDays[at]);
    });
    node.data = text.replaceAll(/\\b[0-9a-f]{64}\\b/g, '7c1f'.repeat(16));
  }
})()`;
