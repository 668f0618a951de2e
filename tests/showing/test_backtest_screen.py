import datetime as dt
import io
import re
from functools import lru_cache

import pytest

from closedsky.cases.recorded import Recorded
from closedsky.futures.recorded import predict
from closedsky.reading.backtest import CAUTION, backtest
from closedsky.showing.backtest_screen import show_backtest
from closedsky.showing.record_words import recorded, when
from closedsky.showing.terminal import Screen


@lru_cache
def _found(case, futures):
    predicted = predict(case, futures)
    return backtest(case, predicted.values, predicted.on, view="then", seed=0, notes=predicted.notes)


@pytest.fixture(scope="module")
def shown(case):
    def show(width=100, futures=1024):
        file = io.StringIO()
        show_backtest(Screen(file, width, False), _found(case, futures), case, "closedsky backtest x", "ukraine-2022")
        return file.getvalue()

    return show


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_it_fits_the_page(shown, width):
    lines = shown(width).splitlines()
    assert max(map(len, lines)) <= min(max(width, 60), 100)
    assert not [line for line in lines if line != line.rstrip()]


def test_it_begins_with_what_it_is_not_and_what_it_cannot_say(shown, case):
    text = " ".join(shown().split())
    assert text.startswith("Not a forecast and not a targeting tool")
    assert "none of them cites what is compared here" in text
    assert CAUTION in text and "what could be known on 28 February 2022" in text
    assert "calibrated" not in text.lower()
    assert text.index("Missed: ") < text.index("Civilians killed, as a verified count would show them")


def test_the_record_stands_with_all_its_digits_beside_two_of_the_model(shown):
    text = shown()
    (march,) = re.findall(r"^Mar 2022 +4,289 .*$", text, re.M)
    assert re.search(
        r"4,289 +\d{3} +[\d,]+ +[\d,]+ to [\d,]+ +[\d,]+ to [\d,]+ +\d+ +(middle|inside|above|below) ", march
    )
    for cell in ("17 to 135", "14.1 to 14.2", "16.55 to 18.2", "85.1", "at least 14"):
        assert cell in text


def test_both_lines_where_wars_have_ended(shown):
    lines = shown().splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("2024  "))
    assert "2,088" in lines[start] and lines[start + 1].startswith("  all futures")
    feb = next(i for i, line in enumerate(lines) if line.startswith("24-28 Feb 2022"))
    assert lines[feb + 1].startswith("Mar 2022"), "most wars are on in February: one line says it"


def test_what_is_not_predicted_says_why_and_every_record_its_source(shown):
    text = " ".join(shown().split())
    assert "On record, and not predicted" in text and "The model has no count of launches" in text
    assert "OHCHR/HRMMU two-year report Feb 2024" in text and "Oryx counts" in text
    assert text.endswith("The same numbers again closedsky backtest x")


def test_one_future_is_shown_without_errors(shown):
    text = " ".join(shown(80, 1).split())
    assert "No errors: they need at least 32 futures" in text and "standard error of at most" not in text


def entry(**given):
    return Recorded.model_validate(
        {"label": "x", "unit": "persons", "quantity": "killed", "basis": "measured", "evidence": ["x"], **given}
    )


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        ("2022-02-24", "2022-02-28", "24-28 Feb 2022"),
        ("2022-03-01", "2022-03-31", "Mar 2022"),
        ("2022-07-01", "2022-12-31", "Jul-Dec 2022"),
        ("2023-01-01", "2023-12-31", "2023"),
        ("2022-12-30", "2023-01-02", "30 Dec 2022 to 2 Jan 2023"),
    ],
)
def test_days_as_a_person_writes_them(since, until, words):
    assert when(entry(**{"from": since, "to": until})) == words


def test_a_day_and_no_day():
    assert when(entry(day=dt.date(2022, 3, 4))) == "4 Mar 2022"
    assert when(entry()) == "to the horizon"


def test_bounds_say_on_which_side():
    assert recorded(entry(kind="ceiling", high=1234.5)) == "at most 1,234.5"
    assert recorded(entry(kind="floor", low=14.0)) == "at least 14"
    floor = entry(kind="floor", value=14.0, reporting={"low": 0.5, "high": 1.0, "reason": "x"})
    assert recorded(floor) == "14"
    assert recorded(entry(unit="share", kind="between", low=0.1655, high=0.182)) == "16.55 to 18.2"
    assert recorded(entry(statistic="flag", unit="flag", value=1.0)) == "yes"
