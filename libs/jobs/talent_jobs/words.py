"""Pay, hours, shifts and places in plain words, and amounts of money as exact decimals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from talent_jobs.description import Conditions, Evidence, JobType, PayPeriod, PayRange, WorkPlace

# ISO 4217: currencies whose smallest unit is not a hundredth.
_DIGITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"), 0),
    **dict.fromkeys(("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
PERIODS = {
    PayPeriod.HOUR: "an hour",
    PayPeriod.WEEK: "a week",
    PayPeriod.MONTH: "a month",
    PayPeriod.YEAR: "a year",
}
JOB_TYPES = {
    JobType.FULL_TIME: "Full time",
    JobType.PART_TIME: "Part time",
    JobType.TEMPORARY: "Temporary",
    JobType.APPRENTICESHIP: "Apprenticeship",
}
WORK_PLACES = {
    WorkPlace.ON_SITE: "At the workplace",
    WorkPlace.HYBRID: "Partly from home, partly at the workplace",
    WorkPlace.REMOTE: "From home",
}
EVIDENCE = {
    Evidence.SELF_ASSERTED: "the person’s own account",
    Evidence.EMPLOYER_ATTESTED: "the word of an employer",
    Evidence.COMPLETED: "a finished course or program",
    Evidence.ASSESSED: "a passed test or assessment",
    Evidence.LICENSED: "a license",
}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def listed(words: Sequence[str], last: str = "and") -> str:
    """ "a, b, and c"."""
    if len(words) < 3:
        return f" {last} ".join(words)
    return f"{', '.join(words[:-1])}, {last} {words[-1]}"


def amount(minor_units: int, currency: str) -> Decimal:
    """Exact, with the digits of the currency."""
    return Decimal(minor_units).scaleb(-_DIGITS.get(currency, 2))


def exact(minor_units: int, currency: str) -> int | float:
    """For JSON. A double has over 15 digits and the bounds of pay allow 13, so what is written is
    the amount itself."""
    decimal = amount(minor_units, currency)
    return int(decimal) if decimal == decimal.to_integral_value() else float(decimal)


def pay_in_words(pay: PayRange) -> str:
    least, most = (_money(one, pay.currency) for one in (pay.least, pay.most))
    sum_ = least if pay.least == pay.most else f"{least} to {most}"
    return f"{sum_} {PERIODS[pay.period]}, before taxes"


def _money(minor_units: int, currency: str) -> str:
    decimal = amount(minor_units, currency)
    whole = decimal == decimal.to_integral_value()
    number = f"{decimal.to_integral_value() if whole else decimal:,f}"
    return f"${number}" if currency == "USD" else f"{currency} {number}"


def hours_in_words(hours: tuple[int, int]) -> str:
    """ "" where they are not stated."""
    match hours:
        case (0, 0):
            return ""
        case (least, 0):
            return f"At least {least} hours a week"
        case (0, most):
            return f"Up to {most} hours a week"
        case (least, most):
            return f"{least} hours a week" if least == most else f"{least} to {most} hours a week"


def shifts_in_words(conditions: Conditions) -> list[str]:
    """Days with the same hours together, in the order in which they are first named."""
    days: dict[tuple[int, int], list[int]] = {}
    for shift in conditions.shifts:
        named = days.setdefault((shift.start, shift.end), [])
        if shift.day not in named:
            named.append(shift.day)
    return [
        f"{listed([_DAYS[day - 1] for day in sorted(found)])}, {_clock(start)} to {_clock(end)}"
        + (" the next day" if 0 < end <= start else "")
        for (start, end), found in days.items()
    ]


def driving_in_words(driving: bool | None) -> str:
    """ "" where nobody has said."""
    return {None: "", True: "Part of the work", False: "Not part of the work"}[driving]


def _clock(minutes: int) -> str:
    hour, minute = divmod(minutes % 1440, 60)
    if (hour, minute) in {(0, 0), (12, 0)}:
        return "noon" if hour else "midnight"
    return f"{hour % 12 or 12}:{minute:02} {'a.m.' if hour < 12 else 'p.m.'}"


def day_in_words(day: date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"
