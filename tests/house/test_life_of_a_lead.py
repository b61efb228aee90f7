import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))


def test_the_life_of_a_lead_is_what_a_traced_run_shows():
    from life_of_a_lead import PAGE, generate  # type: ignore[import-not-found]  # a script, found by its path

    fresh = generate()

    assert "(not reached)" not in fresh
    assert PAGE.read_text("utf-8") == fresh, "run: python scripts/life_of_a_lead.py"
