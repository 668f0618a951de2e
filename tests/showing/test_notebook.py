"""What a notebook shows: a sentence, a table, a picture where there is one, and nothing that runs."""

import re
from dataclasses import replace
from functools import lru_cache
from html.parser import HTMLParser

import pytest

import closedsky
from closedsky.commands.debate import read_debate
from closedsky.commands.readings import Request
from closedsky.futures.recorded import predict
from closedsky.futures.run import run_paths
from closedsky.reading import compare, summarise
from closedsky.reading.backtest import backtest
from closedsky.showing.charts.debate_chart import debate_chart
from closedsky.showing.charts.exchange_chart import exchange_chart
from closedsky.showing.charts.options_chart import options_chart

EVIL = "<script>alert(1)</script>"


class Page(HTMLParser):
    def __init__(self, document):
        super().__init__()
        self.tags, self.text = [], []
        self.feed(document)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        assert not [name for name, _ in attributes if name.startswith("on")]

    def handle_data(self, data):
        self.text.append(data)


@lru_cache
def case():
    return closedsky.load_case("ukraine-2022")


def said(thing):
    page = Page(thing._repr_html_())
    assert not {"script", "iframe", "link", "img"} & set(page.tags)
    text = " ".join(" ".join(page.text).split())
    assert "Not a forecast and not a targeting tool" in text and "Closed Sky" in text
    return text, page.tags


def test_a_case():
    text, tags = said(case())
    assert case().title in text and case().question in text and "92 assumptions" in text
    assert all(option.label in text for option in case().options.values()) and "table" in tags


def test_results():
    results = closedsky.run(case(), 256, options=["refuse", "full-zone"])
    text, tags = said(results)
    assert "256, seed 0" in text and "no later fact is used" in text and "fewer ±" in text
    assert "contest path to general war, which none of these counts" in text and "table" in tags


def test_readings():
    paths = run_paths(case(), 256, options=["full-zone", "refuse"], reference="refuse")
    for reading in (summarise(paths), compare(paths, "full-zone", "refuse")):
        text, tags = said(reading)
        assert reading.summary() in text and "table" in tags and "View then" in text


def test_a_reading_with_a_picture():
    predicted = predict(case(), 64)
    found = backtest(case(), predicted.values, predicted.on, view="then", seed=0)
    text, tags = said(found)
    assert "svg" in tags and found.summary() in text


def test_readings_that_have_a_chart_show_it():
    paths = run_paths(case(), 1024, options=["full-zone", "refuse"])
    weighed = closedsky.choice(paths, closedsky.inputs_of(paths["contest"]), [closedsky.Weights()])
    entry = {"smaller-zone": case().contested["smaller-zone"]}
    argued = read_debate(case(), Request("ukraine-2022", futures=256, view="then"), entry)
    for reading, chart in (
        (summarise(paths), options_chart(summarise(paths))),
        (weighed, exchange_chart(weighed)),
        (argued, debate_chart(argued, case())),
    ):
        text, tags = said(reading)
        assert "svg" in tags and chart["title"] in text and reading.summary() in text
    assert "svg" not in said(replace(argued, about=None))[1]


def test_what_a_case_does_not_ask_is_not_shown():
    other = closedsky.load_case("odyssey-dawn-2011")
    paths = run_paths(other, 64)
    for shown in (paths["contest"], summarise(paths)):
        text, tags = said(shown)
        assert re.search("does not ask about civilians killed(,| and) territory", text)
        assert not re.search(r"fewer|more|lives|killed_|Held|held_", text) and "svg" not in tags
    assert "Coalition aircraft lost" in said(paths["contest"])[0] and "Direct combat" in said(paths["contest"])[0]


def test_an_open_decision_has_no_option_really_taken():
    assert "really taken" in said(case())[0] and "held against" not in said(case())[0]
    text, _ = said(replace(case(), recorded={}))
    assert "really taken" not in text and "held against" in text


def test_text_is_a_sentence():
    pretty = pytest.importorskip("IPython.lib.pretty", reason="IPython is not installed").pretty
    paths = run_paths(case(), 64, options=["full-zone", "refuse"])
    assert pretty(summarise(paths)) == summarise(paths).summary() and len(repr(summarise(paths))) > 10_000
    assert pretty(case()) == f"{case().title}. {case().question}"
    assert pretty(paths["contest"]) == f"{case().title}: view then, contest path, 2 options, 64 futures, seed 0"


def test_text_of_a_case_is_never_markup():
    options = {name: replace(each, label=EVIL) for name, each in case().options.items()}
    evil = replace(case(), title=EVIL, question=EVIL, options=options)
    assert EVIL in said(evil)[0]
    assert EVIL in said(closedsky.run(evil, 64, options=["refuse", "full-zone"]))[0]
