/** The script of the page: copy buttons and the filter of the tables. Everything else works without it. */
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
  const choices = [...area.querySelectorAll('fieldset input')];
  const onlyRefused = area.querySelector('.only-refused');
  const apply = () => {
    const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const wanted = new Set(choices.filter((choice) => choice.checked).map((choice) => choice.value));
    let shown = 0;
    for (const { row, text } of rows) {
      const isShown = wanted.has(row.dataset.severity)
        && (!onlyRefused.checked || row.dataset.refused === 'true')
        && words.every((word) => text.includes(word));
      row.hidden = !isShown;
      if (isShown) shown += 1;
    }
    area.querySelector('output').textContent = shown + ' of ' + rows.length + ' shown';
  };
  area.addEventListener('input', apply);
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') { search.value = ''; apply(); }
  });
  apply();
}
`;
