/** What the page of an examination has besides. */
export const examinationStyle = `
.checks { list-style: none; margin: 0; padding: 0; }
.check { display: grid; grid-template-columns: 20px 1fr; gap: .8rem; padding: .8rem 0; border-bottom: 1px solid var(--line); }
.check:last-child { border-bottom: 0; }
.check .symbol { margin-top: .15rem; }
.check > div { min-width: 0; }
.check p { margin: .2rem 0; overflow-wrap: anywhere; }
h4 { margin: 0; font-size: 1rem; }
.status { margin-left: .4rem; color: var(--tone); font-size: .84rem; font-weight: 650; }
h4 code { margin-left: .4rem; font-weight: 400; color: var(--muted); }
.advice { padding: .5rem .8rem; border-left: 3px solid var(--tone); background: var(--soft); border-radius: 0 8px 8px 0; }
.why p { margin: .3rem 0; overflow-wrap: anywhere; }
.why .seen { font-weight: 600; }
details .reasons { margin: .3rem 0; font-size: .9rem; }
`;
