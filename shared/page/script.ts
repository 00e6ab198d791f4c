/**
 * What makes a page of 2,000 tables handier: a filter, sorting, and how old the page is. Without it everything is there all the same.
 * It makes no markup of text, and asks nobody.
 */
export const SCRIPT = `
'use strict';
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const rows = all('.tables tbody tr').map(row => [row, row.textContent.toLowerCase()]);
  const box = document.getElementById('filter');
  const fold = document.querySelector('details.all');
  const wasOpen = fold && fold.open;

  // A page that tells of a failure has no tables.
  if (box && rows.length > 5) box.parentElement.hidden = false;
  box?.addEventListener('input', () => {
    const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let found = 0;
    for (const [row, text] of rows) {
      row.hidden = !words.every(word => text.includes(word));
      if (!row.hidden) found += 1;
    }
    if (fold) fold.open = words.length > 0 || wasOpen;
    document.getElementById('matches').value = words.length > 0 ? found.toLocaleString('en-US') + ' of ' + rows.length.toLocaleString('en-US') : '';
  });

  const keyOf = cell => cell.querySelector('time')?.dateTime ?? cell.textContent;
  for (const table of all('.tables'))
    all('thead th', table).forEach((head, at) => {
      const button = document.createElement('button');
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener('click', () => {
        const way = head.getAttribute('aria-sort') === 'ascending' ? 'descending' : 'ascending';
        for (const other of all('thead th', table)) other.removeAttribute('aria-sort');
        head.setAttribute('aria-sort', way);
        const body = table.tBodies[0];
        const sorted = all('tr', body).map(row => [keyOf(row.cells[at]), row]);
        sorted.sort(([one], [other]) => one.localeCompare(other, 'en', { numeric: true }) * (way === 'ascending' ? 1 : -1));
        body.append(...sorted.map(([, row]) => row));
      });
    });

  const seen = Date.parse(document.getElementById('seen').dateTime);
  const age = () => {
    const minutes = Math.floor((Date.now() - seen) / 60000);
    const text = minutes < 100 ? minutes + ' min' : minutes < 2880 ? Math.round(minutes / 60) + ' h' : Math.round(minutes / 1440) + ' days';
    document.getElementById('age').textContent = minutes < 1 ? '' : '(' + text + ' old)';
  };
  age();
  setInterval(age, 30000);
})();
`
