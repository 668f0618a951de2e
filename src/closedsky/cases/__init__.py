"""What is assumed: cases as data, read safely and refused with a reason when they are wrong."""

from closedsky.cases.check import check
from closedsky.cases.library import headings, list_cases, load_case
from closedsky.cases.problems import CaseError, Problem
from closedsky.cases.schema import Assumption, Case, Latent, Ledger, Lever, Number, Option, Quantity, Switch

__all__ = [
    "Assumption",
    "Case",
    "CaseError",
    "Latent",
    "Ledger",
    "Lever",
    "Number",
    "Option",
    "Problem",
    "Quantity",
    "Switch",
    "check",
    "headings",
    "list_cases",
    "load_case",
]
