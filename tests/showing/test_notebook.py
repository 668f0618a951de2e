"""What a notebook shows: a sentence, a table, a picture where there is one, and nothing that runs."""

from dataclasses import replace
from functools import lru_cache
from html.parser import HTMLParser

import closedsky
from closedsky.futures.recorded import predict
from closedsky.futures.run import run_paths
from closedsky.reading import compare, summarise
from closedsky.reading.backtest import backtest

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


def test_text_of_a_case_is_never_markup():
    options = {name: replace(each, label=EVIL) for name, each in case().options.items()}
    evil = replace(case(), title=EVIL, question=EVIL, options=options)
    assert EVIL in said(evil)[0]
    assert EVIL in said(closedsky.run(evil, 64, options=["refuse", "full-zone"]))[0]
