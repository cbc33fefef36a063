"""Chinese numerals."""

HAN_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}


def han_number(text: str) -> int:
    """Read a Chinese number, the clipped spoken forms included.

    >>> [han_number(text) for text in ("两百", "一千二", "三百五", "十五", "一万五千")]
    [200, 1200, 350, 15, 15000]
    """
    total, section, digit, last_unit = 0, 0, 0, 1
    for ch in text:
        if ch in _HAN_UNITS:
            unit = _HAN_UNITS[ch]
            if unit == 10000:
                total, section = (section + digit) * unit or unit, 0
            else:
                section += (digit or 1) * unit
            digit, last_unit = 0, unit
        else:
            digit, last_unit = HAN_DIGITS[ch], last_unit if ch not in "零〇" else 1
            if ch in "零〇":
                last_unit = 1
    clipped = digit and last_unit >= 100 and text[-1] not in _HAN_UNITS
    return total + section + (digit * last_unit // 10 if clipped else digit)
