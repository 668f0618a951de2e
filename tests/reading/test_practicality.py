"""Days and force against the days that were thought to be left: arithmetic that can be done by hand."""

import numpy as np
import pytest

from closedsky.reading.practicality import practicality

CLOCK = "kyiv_fall_forecast_feb2022"


def test_days_and_force_by_hand(invented):
    size = 64
    results = invented(
        {
            "refuse": {"killed": np.zeros(size)},
            "full-zone": {
                "adopted": np.repeat([1.0, 0.0], size // 2),
                "days_to_adopt": np.repeat([10.0, np.nan], size // 2),
                "aircraft_needed": np.full(size, 700.0),
            },
            "standoff": {"adopted": np.ones(size), "days_to_adopt": np.full(size, 3.0)},
            "bluff": {"adopted": np.ones(size)},
        }
    )
    found = practicality(results)
    assert [zone.id for zone in found.zones] == ["full-zone", "standoff"]  # a declaration needs neither days nor force
    zone = found.zones[0]
    low, high = results.case.assumptions["assembly"].then
    days = results.case.options["full-zone"].levers["assemble_d"]
    assert zone.assemble == (days * low, days * high)
    assert zone.first_patrol == (4 + days * low, 4 + days * high)
    assert (zone.agree.value.value, zone.days_to_agree.median, zone.force) == (0.5, 10.0, 350.0)
    assert zone.aircraft_needed.median == 700.0
    assert (found.clock, found.thought, found.decision_day) == (CLOCK, (2.0, 3.0), 4)
    assert found.summary() == (
        "Had the alliance agreed on day 4 of the war, the day of the decision, the first patrol would have flown "
        "between day 10 (Stand-off zone from outside, at its quickest) and day 46, against the 2 to 3 days from its "
        "start that were forecast to be left (kyiv_fall_forecast_feb2022); filling every station takes up to a median "
        "700 aircraft (Full zone, batteries inside suppressed; 700 to 700 in 9 of 10 futures) where 350 are set aside; "
        "the alliance agrees in 500 to 1,000 of 1,000 futures."
    )


def test_a_person_may_change_days_and_factor(invented):
    given = {"full-zone": {"killed": np.zeros(4)}, "refuse": {}}
    for factor, low, high in ((2.0, 2.0, 2.0), ("0.5..1", 0.5, 1.0), ((1, 3), 1.0, 3.0), ("1.5", 1.5, 1.5)):
        results = invented(given, overrides={"assembly": factor, "full-zone.assemble_d": 10})
        [zone] = practicality(results).zones
        assert zone.assemble == (10 * low, 10 * high)


def test_the_real_run_tabulates(results):
    found = practicality(results["contest"])
    table = found.to_pandas()
    assert list(table.index) == ["corridors", "west-zone", "standoff", "full-zone", "full-zone-strikes"]
    assert (table["first_patrol_low"] > found.thought[1]).all()
    document = found.to_dict()
    assert document["schema"] == "closedsky-practicality/1"
    assert [each["id"] for each in document["zones"]] == list(table.index)
    assert document["summary"] == found.summary()
    few = practicality(results["contest"], options=["refuse", "full-zone"])
    assert [zone.id for zone in few.zones] == ["full-zone"]


def test_without_a_zone_or_a_clock(invented, results):
    assert (
        practicality(invented({"refuse": {"killed": np.ones(4)}})).summary()
        == "No option of this run is a zone that shoots."
    )
    with pytest.raises(ValueError, match="is not a quantity in days"):
        practicality(results["contest"], clock="poll_us_nfz_support_bare_reuters_ipsos")
    with pytest.raises(ValueError, match="is not a quantity in days"):
        practicality(results["contest"], clock="none")
    with pytest.raises(KeyError):
        practicality(results["contest"], options=["none"])
