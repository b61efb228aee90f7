from datetime import date

from crmsync.agreement.reminders import reminders
from tests.agreement.shipped import FILES, agreement


def test_while_nothing_has_run_out_nobody_is_reminded():
    assert reminders(agreement(), date(2027, 2, 26)) == ()


def test_the_day_after_everybody_is():
    assert reminders(agreement(), date(2027, 3, 13)) == (
        "The agreement was to be reviewed by 26 Feb 2027. Meet, change next_review, and sign again.",
        '"Contacted" counted as working in salesforce until 26 Feb 2027. Agree on it again, or remove the exception.',
        "The list LIST-2026-03-12 may not be used since 12 Mar 2027. Send it to erasure review.",
    )


def test_a_list_whose_people_nobody_informs_is_told():
    text = "".join(row for row in FILES["imports.yaml"].splitlines(keepends=True) if "people_informed_by" not in row)
    assert "does not say by when" in reminders(agreement(imports=text), date(2027, 1, 1))[0]
