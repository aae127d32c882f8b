/** The style of the page: light or dark as the browser prefers, and printable. All contrasts are at least 4.5 to 1. */
export const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --paper: #ffffff; --line: #d0d7de; --bar: #0b61a4; --rest: #e4e8ec; --warn: #8a4600; }
@media (prefers-color-scheme: dark) {
	:root { --ink: #e6edf3; --soft: #9aa4af; --paper: #12161b; --line: #3a424b; --bar: #5aa9e6; --rest: #2a313a; --warn: #f0a45d; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 68rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.25rem 0 .75rem; }
.soft { color: var(--soft); }
.lead { font-size: 1.1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding-bottom: .4rem; }
th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th.number, td.number { text-align: right; }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; }
.track { display: block; position: relative; height: .8rem; min-width: 12rem; background: var(--rest); border-radius: .2rem; overflow: hidden; }
.track > span { position: absolute; top: 0; bottom: 0; background: var(--bar); border-radius: .2rem; }
.warn li::marker { color: var(--warn); }
.warn { border-left: .25rem solid var(--warn); padding-left: 1.75rem; }
details { border-bottom: 1px solid var(--line); padding: .4rem 0; }
summary { cursor: pointer; }
summary:focus-visible { outline: 2px solid var(--bar); outline-offset: 2px; }
pre { overflow-x: auto; background: var(--rest); padding: .75rem; border-radius: .3rem; font: .85rem/1.5 ui-monospace, monospace; }
@media print { body { max-width: none; padding: 0; } .track { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`.trim();
