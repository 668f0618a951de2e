"""What it means: readings of results, each a frozen dataclass that can be printed, tabulated and stored."""

from closedsky.reading.comparison import Comparison, compare
from closedsky.reading.summary import RunSummary, summarise

__all__ = ["Comparison", "RunSummary", "compare", "summarise"]
