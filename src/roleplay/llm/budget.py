"""What a model may cost: limits and prices as a user writes them, and a meter that is asked before every request."""

import re
from typing import Final

from roleplay.errors import BudgetSpentError, SettingsError
from roleplay.llm.base import Usage
from roleplay.values import Value

MILLION: Final = 1_000_000
_TOKENS = re.compile(r"(?P<number>\d{1,12}(?:\.\d{1,6})?)(?P<unit>[kM]?)", re.IGNORECASE)
_MONEY = re.compile(r"(?P<sign>[$€£])(?P<number>\d{1,9}(?:\.\d{1,6})?)")
_PRICE = re.compile(r"[$€£]?(?P<number>\d{1,6}(?:\.\d{1,6})?)")
_BUDGET_LOOK: Final = "it looks like session=200k, day=2M, or session=$0.50, day=$5"
_PRICE_LOOK: Final = (
    "it looks like 0.25/2.00 (prompt/answer, a million tokens each), or 0.25/0.03/2.00 with cached ones"
)


class Prices(Value):
    """Money for a million tokens."""

    prompt: float
    cached: float
    """Of a prompt's tokens, those that the server still had from an earlier request."""
    completion: float

    def of(self, usage: Usage) -> float:
        """What a request cost."""
        fresh = usage.prompt_tokens - usage.cached_tokens
        spent = fresh * self.prompt + usage.cached_tokens * self.cached + usage.completion_tokens * self.completion
        return spent / MILLION


class Limits(Value):
    """What may be used up; None: as much as one likes."""

    session_tokens: int | None = None
    day_tokens: int | None = None
    session_money: float | None = None
    day_money: float | None = None
    currency: str = "$"
    """The sign that the money was written with."""

    @property
    def has_money(self) -> bool:
        """Whether any of them is money."""
        return self.session_money is not None or self.day_money is not None


class Spent(Value):
    """Usage, added up."""

    requests: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    """Contained in `prompt_tokens`."""
    completion_tokens: int = 0
    money: float = 0.0
    """0 where there are no prices."""
    estimated_requests: int = 0
    """Of `requests`, those whose usage the server didn't tell."""

    @property
    def tokens(self) -> int:
        """Prompts and answers together; what a limit in tokens counts."""
        return self.prompt_tokens + self.completion_tokens

    def plus(self, other: "Spent") -> "Spent":
        """Both together."""
        return Spent(**{name: getattr(self, name) + getattr(other, name) for name in Spent.model_fields})


def spent_by(usage: Usage, prices: Prices | None) -> Spent:
    """One request, as spent."""
    return Spent(
        requests=1,
        prompt_tokens=usage.prompt_tokens,
        cached_tokens=usage.cached_tokens,
        completion_tokens=usage.completion_tokens,
        money=prices.of(usage) if prices is not None else 0.0,
        estimated_requests=int(usage.is_estimated),
    )


class Meter:
    """Adds up what requests use, and says when no more may be sent. Voice and ear share one."""

    def __init__(
        self,
        limits: Limits | None = None,
        prices: Prices | None = None,
        session: Spent | None = None,
        day: Spent | None = None,
    ) -> None:
        """Go on from what this session, and this day with it, have spent.

        Raises:
            SettingsError: a limit is money, and there are no prices.
        """
        self.limits = limits or Limits()
        self.prices = prices
        if self.limits.has_money and prices is None:
            raise SettingsError(
                "ROLEPLAY_BUDGET limits money, but nobody knows what a token costs; set ROLEPLAY_PRICE, as in "
                "ROLEPLAY_PRICE=0.25/2.00 (prompt/answer, a million tokens each)"
            )
        self._session = session or Spent()
        self._day = day or Spent()
        self._untaken = Spent()

    @property
    def session(self) -> Spent:
        """What the session has spent."""
        return self._session

    @property
    def day(self) -> Spent:
        """What the day has spent, this session in it."""
        return self._day

    def begin(self, session: Spent) -> None:
        """Go over to another session, which has spent `session` so far; the day goes on."""
        self._session = session

    def begin_day(self, day: Spent) -> None:
        """Go on from what a day has spent so far."""
        self._day = day

    def check(self) -> None:
        """Let a request pass. One that begins below a limit may end above it.

        Raises:
            BudgetSpentError: a limit is used up.
        """
        limits, sign = self.limits, self.limits.currency
        later = "more is there tomorrow, or with a larger ROLEPLAY_BUDGET"
        if limits.day_tokens is not None and self._day.tokens >= limits.day_tokens:
            raise BudgetSpentError(f"the day's {tokens_words(limits.day_tokens)} tokens are used up; {later}")
        if limits.day_money is not None and self._day.money >= limits.day_money:
            raise BudgetSpentError(f"the day's {money_words(limits.day_money, sign)} are used up; {later}")
        later = "more is there in a new session, or with a larger ROLEPLAY_BUDGET"
        if limits.session_tokens is not None and self._session.tokens >= limits.session_tokens:
            raise BudgetSpentError(f"the session's {tokens_words(limits.session_tokens)} tokens are used up; {later}")
        if limits.session_money is not None and self._session.money >= limits.session_money:
            raise BudgetSpentError(f"the session's {money_words(limits.session_money, sign)} are used up; {later}")

    def count(self, usage: Usage) -> None:
        """Add a request."""
        spent = spent_by(usage, self.prices)
        self._session = self._session.plus(spent)
        self._day = self._day.plus(spent)
        self._untaken = self._untaken.plus(spent)

    def take(self) -> Spent:
        """Return what was counted since it was last taken."""
        taken, self._untaken = self._untaken, Spent()
        return taken


def tokens_words(tokens: int) -> str:
    """A number of tokens, short: `950`, `200k`, `1.5M`."""
    if tokens < 1000:
        return str(tokens)
    size, unit = (MILLION, "M") if tokens >= MILLION else (1000, "k")
    return f"{tokens / size:.1f}".removesuffix(".0") + unit


def money_words(money: float, currency: str = "$") -> str:
    """An amount of money: `$0.50`, `$0.0013`."""
    return f"{currency}{money:.2f}" if money >= 0.01 or money == 0 else f"{currency}{money:.2g}"


def parse_limits(text: str) -> Limits:
    """Read limits such as `session=200k, day=2M, session=$0.50, day=$5`.

    Raises:
        SettingsError: they can't be read.
    """
    found: dict[str, int | float] = {}
    signs: set[str] = set()
    for part in (part.strip() for part in text.split(",")):
        scope, _, amount = (each.strip() for each in part.partition("="))
        if scope.lower() not in {"session", "day"}:
            raise SettingsError(f"ROLEPLAY_BUDGET has {part!r}, which is neither session=… nor day=…; {_BUDGET_LOOK}")
        name, value, sign = _limit(part, scope.lower(), amount)
        if name in found:
            raise SettingsError(f"ROLEPLAY_BUDGET sets {scope.lower()} twice, the second time with {part!r}; leave one")
        found[name] = value
        signs |= {sign} - {""}
    if len(signs) > 1:
        raise SettingsError(f"ROLEPLAY_BUDGET has {' and '.join(sorted(signs))}; use one currency, that of the prices")
    return Limits.model_validate({**found, "currency": next(iter(signs), "$")})


def _limit(part: str, scope: str, amount: str) -> tuple[str, int | float, str]:
    """The limit's field, its value and its money's sign."""
    if tokens := _TOKENS.fullmatch(amount):
        factor = {"": 1, "k": 1000, "m": MILLION}[tokens["unit"].lower()]
        name, value, sign = f"{scope}_tokens", int(float(tokens["number"]) * factor), ""
    elif money := _MONEY.fullmatch(amount):
        return _above_zero(part, f"{scope}_money", float(money["number"]), money["sign"])
    else:
        raise SettingsError(f"ROLEPLAY_BUDGET has {part!r}, which is no number of tokens and no money; {_BUDGET_LOOK}")
    return _above_zero(part, name, value, sign)


def _above_zero(part: str, name: str, value: int | float, sign: str) -> tuple[str, int | float, str]:
    if value <= 0:
        raise SettingsError(f"ROLEPLAY_BUDGET has {part!r}, which allows nothing; leave it out, or allow something")
    return name, value, sign


def parse_prices(text: str) -> Prices:
    """Read prices such as `0.25/2.00` or, with cached tokens in the middle, `0.25/0.03/2.00`.

    Without a price of their own, cached tokens cost what others do.

    Raises:
        SettingsError: they can't be read.
    """
    parts = [_PRICE.fullmatch(part.strip()) for part in text.split("/")]
    numbers = [float(part["number"]) for part in parts if part is not None]
    if len(numbers) != len(parts) or len(numbers) not in {2, 3}:
        raise SettingsError(f"ROLEPLAY_PRICE is {text!r}, which is no price; {_PRICE_LOOK}")
    return Prices(prompt=numbers[0], cached=numbers[-2], completion=numbers[-1])
