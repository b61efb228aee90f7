"""How the page of a preview looks: dark text on white, one column, the same on screen and on paper."""

COLOURS = {
    "status": "#2a7f78",
    "call outcome": "#e0912f",
    "reason": "#9a5b8f",
    "machine": "#8592a0",
    "unknown": "#c4553f",
    "empty": "#d3d8de",
}
INK, QUIET, LINE, PAPER = "#1c242c", "#5f6b76", "#e6e9ed", "#f6f7f9"
ACCENT, SOFT = "#2a7f78", "#cfe3e1"

STYLE = f"""
:root {{ color-scheme: light; }}
* {{ box-sizing: border-box; }}
body {{ margin: 0; background: #fff; color: {INK}; font: 16px/1.55 ui-sans-serif, system-ui, -apple-system, "Segoe UI",
  Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif; -webkit-font-smoothing: antialiased; }}
main {{ max-width: 58rem; margin: 0 auto; padding: 3.5rem 2rem 5rem; }}
h1, h2 {{ font-family: "Iowan Old Style", "Palatino Linotype", Palatino, "Noto Serif", Georgia, serif; font-weight: 600;
  letter-spacing: -0.01em; line-height: 1.2; }}
h1 {{ font-size: 2.5rem; margin: 0.3rem 0 0.7rem; }}
h2 {{ font-size: 1.5rem; margin: 0 0 0.35rem; }}
h3 {{ font-size: 0.95rem; margin: 1.6rem 0 0.5rem; font-weight: 650; }}
p {{ margin: 0.35rem 0; max-width: 48rem; }}
section {{ margin-top: 3.2rem; padding-top: 1.7rem; border-top: 1px solid {LINE}; }}
.eyebrow {{ font-size: 0.78rem; letter-spacing: 0.11em; text-transform: uppercase; color: {ACCENT}; font-weight: 650; }}
.quiet {{ color: {QUIET}; }}
.small {{ font-size: 0.875rem; }}
.n {{ font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap; }}
.figures {{ display: grid; grid-template-columns: repeat(4, 1fr); gap: 1.5rem; margin-top: 2.4rem; }}
.figures div {{ border-top: 3px solid {INK}; padding-top: 0.7rem; }}
.figures b {{ display: block; font: 600 2.3rem/1.1 "Iowan Old Style", Palatino, "Noto Serif", Georgia, serif;
  font-variant-numeric: lining-nums; letter-spacing: -0.02em; }}
.figures span {{ display: block; font-size: 0.875rem; color: {QUIET}; line-height: 1.4; margin-top: 0.35rem; }}
table {{ width: 100%; border-collapse: collapse; margin: 0.8rem 0 0; font-size: 0.94rem; }}
th {{ text-align: left; font-weight: 500; color: {QUIET}; font-size: 0.8rem; padding: 0.3rem 0.6rem 0.3rem 0;
  border-bottom: 1px solid {LINE}; }}
td {{ padding: 0.42rem 0.6rem 0.42rem 0; border-bottom: 1px solid {LINE}; vertical-align: baseline; }}
th.n {{ text-align: right; }}
td svg, td .dot {{ vertical-align: middle; }}
tr:last-child td {{ border-bottom: 0; }}
svg {{ display: block; max-width: 100%; }}
td svg {{ display: inline-block; }}
.bar {{ margin: 1.1rem 0 0.9rem; }}
.legend {{ display: flex; flex-wrap: wrap; gap: 0.35rem 1.5rem; padding: 0; margin: 0; list-style: none;
  font-size: 0.9rem; }}
.values {{ table-layout: fixed; }}
.values th:nth-child(1) {{ width: 27%; }} .values th:nth-child(2) {{ width: 5.2rem; }}
.values th:nth-child(3) {{ width: 13.5rem; }} .values td:first-child {{ overflow-wrap: anywhere; }}
.dot {{ display: inline-block; width: 0.7rem; height: 0.7rem; border-radius: 50%; margin-right: 0.45rem; }}
.change {{ margin-top: 1.3rem; }}
.change > div:first-child {{ display: flex; gap: 1rem; align-items: baseline; }}
.change .count {{ font: 600 1.35rem/1.2 "Iowan Old Style", Palatino, "Noto Serif", Georgia, serif; min-width: 4.2rem;
  text-align: right; font-variant-numeric: tabular-nums lining-nums; }}
.change .body {{ margin-left: 5.2rem; }}
.none {{ margin: 1.5rem 0 0 5.2rem; }}
.was {{ background: #fbeee0; border-radius: 3px; padding: 0.08rem 0.4rem; }}
.now {{ background: #e0f0ee; border-radius: 3px; padding: 0.08rem 0.4rem; }}
details {{ margin-top: 0.35rem; font-size: 0.875rem; }}
summary {{ cursor: pointer; color: {ACCENT}; }}
summary:focus-visible {{ outline: 2px solid {ACCENT}; outline-offset: 2px; }}
code {{ font: 0.86em ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace; background: {PAPER};
  padding: 0.1rem 0.35rem; border-radius: 3px; }}
.mark {{ white-space: nowrap; font-size: 0.82rem; font-weight: 600; }}
.found {{ color: #a8412c; }}
.fine {{ color: {ACCENT}; }}
.unknown {{ color: {QUIET}; font-weight: 500; }}
.proof {{ background: {PAPER}; border-radius: 6px; padding: 1.3rem 1.6rem; margin-top: 1rem; }}
.proof ul {{ margin: 0.4rem 0; padding-left: 1.1rem; }}
.two {{ display: grid; grid-template-columns: 1fr 1fr; gap: 0 2.8rem; }}
footer {{ margin-top: 3.5rem; color: {QUIET}; font-size: 0.875rem; }}
@media (max-width: 46rem) {{ main {{ padding: 2rem 1.1rem; }} .figures, .two {{ grid-template-columns: 1fr 1fr; }}
  .two {{ display: block; }} .change .body, .none {{ margin-left: 0; }} h1 {{ font-size: 1.9rem; }} }}
@media print {{ body {{ font-size: 10.5pt; }} main {{ max-width: none; padding: 0; }} section {{ margin-top: 1.4rem;
  padding-top: 0.9rem; }} .change, .figures, tr, .bar, .proof {{ break-inside: avoid; }}
  h2, h3 {{ break-after: avoid; }}
  details:not([open]) {{ display: none; }} * {{ print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
  @page {{ margin: 16mm; }} }}
"""
