"""Pointing into a plot of lines: what is pointed at over keeps its strength, what is not fades, in either theme."""

import re

import pytest

pytestmark = pytest.mark.browser

LEAST_CONTRAST = 4.5
STRIPS = "[data-picture]:visible [data-r].hit"


def figure_of(page, report, kind):
    sections = [*report.first, *(each for part in report.parts for each in part.sections), *report.common]
    kinds = [chart["kind"] for section in sections for chart in section.charts]
    return page.locator("figure").nth(kinds.index(kind))


def luminance(colour):
    parts = [int(each) / 255 for each in re.findall(r"\d+", colour)[:3]]
    red, green, blue = ((each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4) for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def opacities(figure, rows):
    """Of the marks that are seen: those of these rows, and the others."""
    found = figure.evaluate(
        """(figure) => [...figure.querySelectorAll('[data-picture]')].find(each => each.getClientRects().length)
            .querySelectorAll('[data-r]').values().filter(each => !each.matches('.hit'))
            .map(each => [each.dataset.r, getComputedStyle(each).opacity]).toArray()"""
    )
    about = {"of": set(), "other": set()}
    for named, opacity in found:
        spans = [part.split("-") for part in named.split()]
        covered = {row for span in spans for row in range(int(span[0]), int(span[-1]) + 1)}
        about["of" if covered & rows else "other"].add(float(opacity))
    return about


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["fan", "exploration"])
def test_what_a_strip_lies_over_keeps_its_strength(opened, report, kind, scheme):
    page = opened(color_scheme=scheme, reduced_motion="reduce")
    figure = figure_of(page, report, kind)
    strips = figure.locator(STRIPS)
    strip = strips.nth(2)
    strip.evaluate("each => each.scrollIntoView({ block: 'center' })")
    box = strip.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert figure.locator(".panel").is_visible() and figure.locator(".panel").inner_text().strip()
    rows = {int(each) for each in re.findall(r"\d+", strip.get_attribute("data-r"))}
    seen = opacities(figure, rows)
    if kind == "fan":
        assert seen["of"] == {1.0} and max(seen["other"]) < 0.5
    else:
        assert max(seen["of"] | seen["other"]) == 1.0
    stroke = strip.evaluate("each => getComputedStyle(each).stroke")
    paper = page.locator("body").evaluate("each => getComputedStyle(each).backgroundColor")
    light, dark = sorted((luminance(stroke), luminance(paper)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= LEAST_CONTRAST
    outlined = "all => all.filter(each => getComputedStyle(each).stroke !== 'none').length"
    assert strips.evaluate_all(outlined) == 1
    page.keyboard.press("Escape")
    page.mouse.move(5, 5)
    assert set.union(*opacities(figure, rows).values()) == {1.0}


@pytest.mark.parametrize("kind", ["exploration", "exchange-rates", "fan"])
def test_no_strip_makes_all_of_a_picture_fade(opened, report, kind):
    page = opened(reduced_motion="reduce")
    figure = figure_of(page, report, kind)
    strips = figure.locator(STRIPS)
    assert strips.count()
    for number in {0, strips.count() // 2, strips.count() - 1}:
        strips.nth(number).dispatch_event("pointermove", {"bubbles": True, "pointerType": "mouse"})
        strengths = opacities(figure, set())["other"]
        assert max(strengths) == 1.0
