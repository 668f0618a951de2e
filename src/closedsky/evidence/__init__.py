"""Who said so: documents, quotations checked verbatim, claims with what bears them out, and what they bear on."""

from closedsky.evidence.article import ArticleReading, read_article
from closedsky.evidence.ledger import basis_of, counts, dating, uses, with_mark
from closedsky.evidence.links import Bearing, bearings
from closedsky.evidence.text import EvidenceError, digest_of, fold
from closedsky.evidence.verify import Verification, verify

__all__ = [
    "ArticleReading",
    "Bearing",
    "EvidenceError",
    "Verification",
    "basis_of",
    "bearings",
    "counts",
    "dating",
    "digest_of",
    "fold",
    "read_article",
    "uses",
    "verify",
    "with_mark",
]
