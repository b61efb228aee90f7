"""Bars as SVG: drawn once, sharp on screen and paper, readable aloud."""

from collections.abc import Sequence
from html import escape

from crmsync.reports.preview_style import ACCENT, INK, QUIET, SOFT

WIDTH = 860
GAP = 2
TEXT_FITS = 46


def stacked(parts: Sequence[tuple[str, int, str]], height: int = 34, width: int = WIDTH) -> str:
    """One bar in parts (label, count, colour) that add up to its width; counts stand in the parts that hold them."""
    total = sum(count for _, count, _ in parts) or 1
    shown = [part for part in parts if part[1]]
    room = width - GAP * max(len(shown) - 1, 0)
    at, drawn = 0.0, []
    for label, count, colour in shown:
        long = max(room * count / total, 1.0)
        drawn.append(_part(at, long, height, f"{label}: {count:,} of {total:,}", colour))
        if long > TEXT_FITS:
            drawn.append(_count(at + 10, height, f"{count / total:.0%}", colour))
        at += long + GAP
    words = "; ".join(f"{label} {count:,}" for label, count, _ in shown)
    return _svg(width, height, words, drawn)


def share(part: int, whole: int, width: int = 190, height: int = 12, colour: str = ACCENT) -> str:
    """How much of a whole a part is: one small bar on a pale ground."""
    long = width * part / whole if whole else 0
    drawn = [_part(0, width, height, f"{whole:,}", SOFT), _part(0, long, height, f"{part:,} of {whole:,}", colour)]
    return _svg(width, height, f"{part:,} of {whole:,}", drawn)


def length(count: int, most: int, width: int = 190, height: int = 12, colour: str = ACCENT) -> str:
    """A count as a bar beside others: `most` is the longest of them."""
    long = max(width * count / most, 1.5) if most and count else 0
    return _svg(width, height, f"{count:,}", [_part(0, long, height, f"{count:,}", colour)])


def columns(days: Sequence[tuple[str, int]], width: int = 420, height: int = 120) -> str:
    """One column per day with its count above and its name below."""
    most = max((count for _, count in days), default=0) or 1
    step, foot, head = width / max(len(days), 1), 22, 18
    drawn = []
    for number, (name, count) in enumerate(days):
        tall = (height - foot - head) * count / most
        left, top = number * step + 8, height - foot - tall
        drawn.append(_box(left, top, step - 16, max(tall, 1), f"{name}: {count:,}", ACCENT if count else SOFT))
        middle = left + (step - 16) / 2
        drawn.append(_text(middle, top - 5, f"{count:,}", INK))
        drawn.append(_text(middle, height - 5, name, QUIET))
    return _svg(width, height, "; ".join(f"{name} {count:,}" for name, count in days), drawn)


def _svg(width: float, height: float, words: str, drawn: Sequence[str]) -> str:
    inner = "".join(drawn)
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="img" '
        f'aria-label="{escape(words, quote=True)}" xmlns="http://www.w3.org/2000/svg">{inner}</svg>'
    )


def _part(at: float, long: float, height: float, words: str, colour: str) -> str:
    return _box(at, 0, long, height, words, colour)


def _box(left: float, top: float, wide: float, tall: float, words: str, colour: str) -> str:
    place = f'x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{tall:.1f}"'
    return f'<rect {place} rx="2" fill="{colour}"><title>{escape(words)}</title></rect>'


def _count(at: float, height: float, words: str, colour: str) -> str:
    ink = INK if colour in {"#d3d8de", "#e0912f"} else "#ffffff"
    place = f'x="{at:.1f}" y="{height / 2 + 5:.1f}"'
    return f'<text {place} font-size="14" font-weight="600" fill="{ink}">{escape(words)}</text>'


def _text(at: float, base: float, words: str, colour: str) -> str:
    return (
        f'<text x="{at:.1f}" y="{base:.1f}" font-size="13" text-anchor="middle" fill="{colour}">{escape(words)}</text>'
    )
