"""Charts: each one function from a reading to plain JSON, which any drawing can read."""

from closedsky.showing.charts.backtest_strip import backtest_strip
from closedsky.showing.charts.chart import SCHEMA, to_csv

__all__ = ["SCHEMA", "backtest_strip", "to_csv"]
