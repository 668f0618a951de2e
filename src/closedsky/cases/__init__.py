"""What is assumed: cases as data, read safely and refused with a reason when they are wrong."""

from closedsky.cases.check import check
from closedsky.cases.library import headings, list_cases, load_case
from closedsky.cases.problems import CaseError, Problem
from closedsky.cases.schema import (
    Assumption,
    Case,
    Claim,
    Document,
    Latent,
    Ledger,
    Lever,
    Link,
    Number,
    Option,
    Quantity,
    Remark,
    Switch,
)

__all__ = [
    "Assumption",
    "Case",
    "CaseError",
    "Claim",
    "Document",
    "Latent",
    "Ledger",
    "Lever",
    "Link",
    "Number",
    "Option",
    "Problem",
    "Quantity",
    "Remark",
    "Switch",
    "check",
    "headings",
    "list_cases",
    "load_case",
]
