"""Codes in an utterance: coupons, which are looked up, and card numbers, which nobody may keep."""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate

from assistant.shop import Promotion
from index.text import fold

# A code is named as one, and looks like one: a digit in it, or written in capitals.
_NAMED = re.compile(
    r"(?:\b(?:promo(?:tion)?|discount|coupon|voucher)?\s*(?:codes?|coupons?|vouchers?|promo)\b|优惠码|优惠券|折扣码|促销码|兑换码|券码?|口令|码)"
    r"\s*(?:is|called|是|为|[:：\"“「'])?\s*[\"“「']?([A-Za-z0-9][A-Za-z0-9_-]{2,19})\b",
    re.IGNORECASE,
)  # fmt: skip
_DIGITS = re.compile(r"\d(?:[\s.\-–—·]{0,2}\d){12,}")
_GROUP = re.compile(r"\d+")
_HIDDEN = "••••"


def coupon_in(text: str, promotions: Sequence[Promotion]) -> str:
    """The coupon that an utterance names, as the shop writes it if the shop knows it; "" if none.

    Args:
        text: What was said.
        promotions: Those that can apply now; only their codes are known.

    >>> coupon_in("use code WINTER5 please", ()), coupon_in("is there a code for students", ())
    ('WINTER5', '')
    """
    folded = fold(text)
    for promotion in promotions:
        code = fold(promotion.coupon)
        if code and re.search(rf"(?<![a-z0-9]){re.escape(code)}(?![a-z0-9])", folded):
            return promotion.coupon
    for match in _NAMED.finditer(text):
        said = match[1]
        if any(ch.isdigit() for ch in said) or said.isupper():
            return said.upper()
    return ""


def without_card_numbers(text: str) -> str:
    """The text with every number that can be a payment card's blotted out.

    >>> without_card_numbers("pay with 4111 1111 1111 1111 exp 12/27")
    'pay with •••• exp 12/27'
    """
    for start, end in reversed(list(_card_numbers(text))):
        text = text[:start] + _HIDDEN + text[end:]
    return text


def has_card_number(text: str) -> bool:
    """Whether the text holds a number that can be a payment card's, or held one before it was blotted out."""
    return _HIDDEN in text or next(_card_numbers(text), None) is not None


def _card_numbers(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each run of 13 to 19 digits that passes Luhn's check, whole groups of digits only."""
    for run in _DIGITS.finditer(text):
        groups = [(m.start() + run.start(), m.end() + run.start()) for m in _GROUP.finditer(run.group())]
        at = 0
        while at < len(groups):
            sizes = accumulate(end - start for start, end in groups[at:])
            ends = [at + n for n, size in enumerate(sizes) if 13 <= size <= 19]
            passing = [n for n in ends if _luhn(text[groups[at][0] : groups[n][1]])]
            if passing:
                yield groups[at][0], groups[passing[-1]][1]
                at = passing[-1]
            at += 1


def _luhn(text: str) -> bool:
    """The check of ISO/IEC 7812-1, annex B: every second digit from the right counts double."""
    digits = [int(ch) for ch in text if ch.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) if n % 2 else digit for n, digit in enumerate(reversed(digits))]
    return any(digits) and sum(doubled) % 10 == 0
