/**
 * The script of the pages: copy buttons, filters and the order of tables. Everything else works without it, and what needs
 * it is shown by it.
 *
 * A control with `data-field` looks at the words of that `data-` attribute of a row. Of a fieldset any of the checked ones
 * must be among them; of a checkbox or a choice outside of a fieldset, the one that was chosen.
 */
export const script = `
for (const element of document.querySelectorAll('.script-only')) element.classList.remove('script-only');

for (const button of document.querySelectorAll('button[data-copy]')) {
  button.addEventListener('click', async () => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = 'Copied';
      setTimeout(() => { button.textContent = 'Copy'; }, 1500);
    } catch {
      getSelection().selectAllChildren(source);
    }
  });
}

for (const area of document.querySelectorAll('.filterable')) {
  const rows = [...area.querySelectorAll('tbody tr')].map((row) => ({ row, text: row.textContent.toLowerCase() }));
  const search = area.querySelector('input[type=search]');
  const result = area.querySelector('output');
  const conditions = () => [
    ...[...area.querySelectorAll('fieldset[data-field]')].map((group) =>
      [group.dataset.field, [...group.querySelectorAll(':checked')].map(({ value }) => value)]),
    ...[...area.querySelectorAll('input[data-field]:checked, select[data-field]')]
      .filter(({ value }) => value !== '')
      .map(({ dataset, value }) => [dataset.field, [value]]),
  ];
  const apply = () => {
    const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const wanted = conditions();
    let shown = 0;
    for (const { row, text } of rows) {
      const isShown = words.every((word) => text.includes(word)) && wanted.every(([field, values]) => {
        const own = (row.dataset[field] ?? '').split(' ');
        return values.some((value) => own.includes(value));
      });
      if (row.hidden === isShown) row.hidden = !isShown;
      if (isShown) shown += 1;
    }
    result.textContent = shown + ' of ' + rows.length + ' shown';
  };
  area.addEventListener('input', apply);
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') { search.value = ''; apply(); }
  });
  apply();
}

const collator = new Intl.Collator('en', { numeric: true });
const compare = (one, other) => {
  const difference = Number(one) - Number(other);
  return Number.isNaN(difference) ? collator.compare(one, other) : difference;
};
for (const table of document.querySelectorAll('table.sortable')) {
  const [body] = table.tBodies;
  const asWritten = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  const choice = document.querySelector('select[data-sorts="' + table.id + '"]');
  const sort = (column, direction) => {
    for (const head of heads) head.removeAttribute('aria-sort');
    choice.value = direction === undefined ? '' : String(column);
    if (direction === undefined) return body.append(...asWritten);
    heads[column].setAttribute('aria-sort', direction);
    const sign = direction === 'ascending' ? 1 : -1;
    const keyed = asWritten.map((row) => [row.cells[column].dataset.key ?? row.cells[column].textContent, row]);
    keyed.sort(([one], [other]) => (one === '') - (other === '') || sign * compare(one, other));
    body.append(...keyed.map(([, row]) => row));
  };
  const opposite = { ascending: 'descending', descending: 'ascending' };
  for (const [column, head] of heads.entries()) {
    const first = head.dataset.first;
    if (first === undefined) continue;
    const button = document.createElement('button');
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const now = head.getAttribute('aria-sort');
      sort(column, now === null ? first : now === first ? opposite[first] : undefined);
    });
  }
  choice.addEventListener('change', () => {
    const column = choice.value === '' ? undefined : Number(choice.value);
    sort(column, heads[column]?.dataset.first);
  });
}
`;
