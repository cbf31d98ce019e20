/** The style of a report page, light and dark. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --text: #1c2024; --muted: #5c6570; --paper: #ffffff; --line: #d9dee4; --shade: #f3f5f8;
  --first: #2563c9; --second: #c2620a; --good: #1a7f45; --warn: #94610a; --bad: #b42318;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e6e9ed; --muted: #9aa5b1; --paper: #14181d; --line: #323a44; --shade: #1c2229;
    --first: #7fb0ff; --second: #f0a45d; --good: #5fcf92; --warn: #e0b355; --bad: #ff8b80;
  }
}
body { margin: 0 auto; padding: 1.5rem; max-width: 62rem; background: var(--paper); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); }
p { margin: .5rem 0; }
.verdict { border-left: 4px solid; padding-left: .6rem; font-weight: 600; }
.passed, strong.good { color: var(--good); } .warned { color: var(--warn); } .blocked, strong.bad { color: var(--bad); }
section { overflow-x: auto; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem; margin: .5rem 0; }
dt { color: var(--muted); } dd { margin: 0; }
table { border-collapse: collapse; margin: .75rem 0 1.25rem; font-size: 13px; }
caption, figcaption { text-align: left; color: var(--muted); font-size: 13px; padding-bottom: .3rem; }
th, td { padding: .2rem .7rem .2rem 0; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; } th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
figure { margin: 1rem 0; }
figure svg { width: 100%; height: auto; display: block; }
svg text { font: 11px system-ui, sans-serif; fill: var(--muted); }
svg .grid { stroke: var(--line); stroke-width: 1; }
svg .line { fill: none; stroke-width: 1.4; }
svg .line.first { stroke: var(--first); } svg .line.second { stroke: var(--second); }
svg .area.first { fill: var(--first); }
svg rect.first, svg circle.first { fill: var(--first); } svg rect.bad { fill: var(--bad); }
svg .zero { stroke: var(--muted); }
svg .band-overnight, svg .band-post { fill: var(--shade); }
svg .band-premarket { fill: none; }
svg .band-rth { fill: var(--first); fill-opacity: .09; }
`;
