"""The two per-capita amounts of an income survey, as the national form computes them (DOMAIN §2.3)."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class IncomeItems:
    """A household's income and spending over the survey's period, in yuan.

    `claims`: insurance claims and compensation received; `self_paid`: compliant out-of-pocket spending.
    """

    wage: Decimal
    business: Decimal
    property: Decimal
    transfer: Decimal
    business_expense: Decimal
    claims: Decimal
    self_paid: Decimal

    @builtins.property
    def gross(self) -> Decimal:
        """Wage, business, property and transfer income together, in yuan (DOMAIN §2.3)."""
        return self.wage + self.business + self.property + self.transfer

    @builtins.property
    def net(self) -> Decimal:
        """Gross income less what the business cost (家庭纯收入), in yuan (DOMAIN §2.3)."""
        return self.gross - self.business_expense

    def per_capita(self, size: int) -> Decimal:
        """Net income per person (家庭人均纯收入), in yuan to the cent; a size of 0 counts as 1 (DOMAIN §2.3)."""
        return _per_person(self.net, size)

    @builtins.property
    def reference_total(self) -> Decimal:
        """Net income plus claims less self-paid spending: what inclusion looks at, in yuan (DOMAIN §2.3)."""
        return self.net + self.claims - self.self_paid

    def reference_per_capita(self, size: int) -> Decimal:
        """The reference amount per person (纳入监测对象的人均收入参考范围), in yuan to the cent (DOMAIN §2.3)."""
        return _per_person(self.reference_total, size)


def _per_person(amount: Decimal, size: int) -> Decimal:
    return (amount / max(size, 1)).quantize(_CENT, rounding=ROUND_HALF_UP)
