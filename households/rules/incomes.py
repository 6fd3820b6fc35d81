"""Income formulas of the national form (DOMAIN §2.3, read off the procedure that computes it)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class IncomeItems:
    """Yuan of the whole household in the period surveyed; spending is positive."""

    wage: Decimal = Decimal(0)
    business: Decimal = Decimal(0)
    property_income: Decimal = Decimal(0)
    transfer: Decimal = Decimal(0)
    business_expense: Decimal = Decimal(0)
    claims: Decimal = Decimal(0)
    self_paid: Decimal = Decimal(0)

    @property
    def gross(self) -> Decimal:
        """Wages, business, property and transfers, yuan."""
        return self.wage + self.business + self.property_income + self.transfer

    @property
    def net(self) -> Decimal:
        """Net income (家庭纯收入), yuan: gross less production expense."""
        return self.gross - self.business_expense

    @property
    def reference_total(self) -> Decimal:
        """Net income with insurance claims received, less compliant self-paid spending, yuan."""
        return self.net + self.claims - self.self_paid

    def per_capita(self, size: int) -> Decimal:
        """Per-capita net income (人均纯收入), yuan, rounded half up to a fen; a household of nobody counts as one."""
        return _share(self.net, size)

    def reference_per_capita(self, size: int) -> Decimal:
        """Per-capita reference income for inclusion (纳入监测对象的人均收入参考范围), yuan, rounded half up to a fen."""
        return _share(self.reference_total, size)


def _share(total: Decimal, size: int) -> Decimal:
    return (total / max(size, 1)).quantize(FEN, ROUND_HALF_UP)
