"""What the seals of the audit trail say, as texts to be hashed, and what is wrong with a batch that was read again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """One batch as its seal tells it: its rows in their order, the digest of each, and that of the batch before."""

    number: int
    before: str
    settled: int
    rows: tuple[int, ...]
    digests: tuple[str, ...]

    def text(self) -> str:
        """What the digest of the batch is made of."""
        pairs = " ".join(f"{row}:{digest}" for row, digest in zip(self.rows, self.digests, strict=True))
        return f"seal {self.number} {self.before} {self.settled} {pairs}"


def faults(link: Link, held: Mapping[int, str], sealed_before: set[int]) -> Iterator[tuple[str, int]]:
    """
    What is wrong with the rows of a batch, `held` being the digests of the rows as they stand: each a kind and a row.

    `missing`: the row is gone; `changed`: it says something else; `repeated`: another seal covers it already.
    """
    for row, digest in zip(link.rows, link.digests, strict=True):
        if row in sealed_before:
            yield "repeated", row
        elif row not in held:
            yield "missing", row
        elif held[row] != digest:
            yield "changed", row


def follows(link: Link, number: int, digest: str) -> bool:
    """Whether a batch comes right after the one with that number and digest."""
    return link.number == number + 1 and link.before == digest


def is_whole(link_rows: Sequence[int], link_digests: Sequence[str]) -> bool:
    """Whether each row of a seal has its digest."""
    return len(link_rows) == len(link_digests)
