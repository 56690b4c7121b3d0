"""Prepare the words of one contract for reading, once.

Every domain word that the language part knows comes from here, and so from a contract.
"""

from dataclasses import dataclass
from enum import StrEnum

from sayso.contract.model import Contract


class DecimalStyle(StrEnum):
    """Say how people here write a decimal sign."""

    POINT = "point"
    COMMA = "comma"


@dataclass(frozen=True)
class Vocabulary:
    """Hold a contract's words, ready for `scan` and `bind`."""

    contract: Contract
    decimal: DecimalStyle

    @classmethod
    def of(cls, contract: Contract, *, decimal: DecimalStyle = DecimalStyle.POINT) -> "Vocabulary":
        """Prepare the words of one contract."""
        return cls(contract, decimal)
