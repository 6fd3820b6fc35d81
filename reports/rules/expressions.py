"""The language of relations among published figures (`rate = 100 * part / whole`), read without running any code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, NoReturn

LONGEST_TEXT = 4000
LONGEST_NUMBER = 30
MOST_OPERATORS = 200
DEEPEST_NESTING = 50

COMPARISONS = ("=", "==", "!=", "<=", ">=", "<", ">")
FIGURE_ID = r"[A-Za-z_][A-Za-z0-9_.]*"

_TOKEN = re.compile(
    rf"(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<figure>{FIGURE_ID})|(?P<sign><=|>=|==|!=|[=<>+\-*/()])|(?P<space>[ \t\r\n]+)"
)


class ExpressionError(ValueError):
    """A relation that cannot be read: says at which column and what was expected there."""

    def __init__(self, column: int, problem: str) -> None:
        self.column = column
        self.problem = problem
        super().__init__(f"column {column}: {problem}")


@dataclass(frozen=True, slots=True)
class Number:
    """A number written in the relation itself."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure named by its id."""

    id: str


@dataclass(frozen=True, slots=True)
class Negation:
    """Minus an expression."""

    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Operation:
    """Two expressions joined by one of + - * /."""

    operator: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two expressions and what is said to hold between them: one of = != < <= > >=."""

    operator: str
    left: "Expression"
    right: "Expression"


Expression = Number | Figure | Negation | Operation


def read_relation(text: str) -> Comparison:
    """Read one comparison between two expressions; ExpressionError says at which column what was expected."""
    return _Reader(text).relation()


def write_relation(comparison: Comparison) -> str:
    """Write a comparison so that reading it gives the same comparison again."""
    return f"{_write(comparison.left, 0)} {comparison.operator} {_write(comparison.right, 0)}"


def figures_in(node: Expression | Comparison) -> Iterator[str]:
    """Yield the id of every figure named, from left to right, once for each time that it is named."""
    match node:
        case Figure(id):
            yield id
        case Negation(operand):
            yield from figures_in(operand)
        case Operation(_, left, right) | Comparison(_, left, right):
            yield from figures_in(left)
            yield from figures_in(right)


class _Token(NamedTuple):
    kind: str
    text: str
    column: int

    def __str__(self) -> str:
        return f"'{self.text[:40]}'" if self.text else "the end"


class _Reader:
    """Reads one relation by recursive descent, with limits that keep hostile text from exhausting the machine."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST_TEXT:
            raise ExpressionError(LONGEST_TEXT + 1, f"expected at most {LONGEST_TEXT} characters, found {len(text)}")
        self._tokens = _tokens(text)
        self._next = next(self._tokens)
        self._operators = 0
        self._depth = 0

    def relation(self) -> Comparison:
        left = self._sum()
        comparison = self._next
        if comparison.text not in COMPARISONS:
            self._fail("expected one of = != < <= > >= or an operator")
        self._advance()
        right = self._sum()
        if self._next.kind != "end":
            self._fail("expected the end of the relation or an operator")
        return Comparison("=" if comparison.text == "==" else comparison.text, left, right)

    def _sum(self) -> Expression:
        left = self._product()
        while self._next.text in ("+", "-"):
            operator = self._operator()
            left = Operation(operator, left, self._product())
        return left

    def _product(self) -> Expression:
        left = self._factor()
        while self._next.text in ("*", "/"):
            operator = self._operator()
            left = Operation(operator, left, self._factor())
        return left

    def _factor(self) -> Expression:
        token = self._next
        if token.kind == "number":
            if len(token.text) > LONGEST_NUMBER:
                self._fail(f"expected a number of at most {LONGEST_NUMBER} characters")
            self._advance()
            return Number(Fraction(token.text))
        if token.kind == "figure":
            self._advance()
            return Figure(token.text)
        if token.text not in ("-", "("):
            self._fail("expected a number, the id of a figure, - or (")
        return self._nested()

    def _nested(self) -> Expression:
        self._depth += 1
        if self._depth > DEEPEST_NESTING:
            self._fail(f"expected at most {DEEPEST_NESTING} levels of parentheses and signs")
        if self._next.text == "-":
            self._operator()
            inner: Expression = Negation(self._factor())
        else:
            self._advance()
            inner = self._sum()
            if self._next.text != ")":
                self._fail("expected ) or an operator")
            self._advance()
        self._depth -= 1
        return inner

    def _operator(self) -> str:
        self._operators += 1
        if self._operators > MOST_OPERATORS:
            self._fail(f"expected at most {MOST_OPERATORS} operators")
        operator = self._next.text
        self._advance()
        return operator

    def _advance(self) -> None:
        self._next = next(self._tokens)

    def _fail(self, expected: str) -> NoReturn:
        raise ExpressionError(self._next.column, f"{expected}, found {self._next}")


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            expected = "expected a number, the id of a figure, an operator or a comparison"
            raise ExpressionError(at + 1, f"{expected}, found {text[at]!r}")
        if found.lastgroup and found.lastgroup != "space":
            yield _Token(found.lastgroup, found.group(), at + 1)
        at = found.end()
    while True:
        yield _Token("end", "", len(text) + 1)


_PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2}


def _write(node: Expression, least: int) -> str:
    """Write an expression, in parentheses where it binds less tightly than its surroundings demand."""
    match node:
        case Number(value):
            return _write_number(value)
        case Figure(id):
            return id
        case Negation(operand):
            return f"-{_write(operand, 3)}"
        case Operation(operator, left, right):
            precedence = _PRECEDENCE[operator]
            text = f"{_write(left, precedence)} {operator} {_write(right, precedence + 1)}"
            return f"({text})" if precedence < least else text


def _write_number(value: Fraction) -> str:
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
        if digits > LONGEST_NUMBER:
            raise ValueError(f"{value} has no end as a decimal number: write it as a division.")
    whole = str((value * 10**digits).numerator).rjust(digits + 1, "0")
    return f"{whole[:-digits]}.{whole[-digits:]}" if digits else whole
