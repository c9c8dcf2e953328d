"""Write `permitted-combinations.toml`: what may be asked, coded a second time and straight from the sources.

Nothing of the product is read here, above all not its two tables of rows. What this file says was taken from
「マイナンバー制度の情報連携に伴い省略可能な主な書類の例」(2018-10-09, with its part on pensions; R-234 … R-251), from
別表第二 of the Act as of 2015-09 for who holds what, and from the figures on full and trial operation (R-226 … R-228).
A difference from the table is an error of one of the two: it is looked up in the sources, not copied from one to the
other.

Run in the root of the repository: ``python tests/unit/vocabulary/golden/write_permitted_combinations.py``
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("permitted-combinations.toml")

HOLDERS = {
    # 都道府県知事等 are governor, mayors, and heads of towns with a welfare office (別表第二の9の項).
    "child-rearing-allowance": ("prefecture", "municipality"),
    "public-assistance": ("prefecture", "municipality"),
    # 厚生労働大臣又は都道府県知事; the minister runs no body here.
    "special-child-rearing-allowance": ("prefecture",),
    "disability": ("prefecture",),
    "local-tax": ("municipality",),
    "resident-record": ("municipality",),
    # 厚生労働大臣 in the Act, whose offices for it are the employment offices.
    "unemployment-benefit": ("public-employment-office",),
    "pension-benefit": ("pension-service",),
    "pension-enrolment": ("pension-service",),
}
"""Which bodies of this system the Act names as holders of a kind."""

TAX, RECORD, ASSISTED, WORK = "local-tax", "resident-record", "public-assistance", "unemployment-benefit"
REARING, SPECIAL, DISABLED, PENSION = (
    "child-rearing-allowance",
    "special-child-rearing-allowance",
    "disability",
    "pension-benefit",
)
GOVERNOR_AND_MAYOR = ("prefecture", "municipality")


class Example(NamedTuple):
    """A line of the published examples: where one applies, for what, and what the papers say that are not needed."""

    requirement: str
    procedure: str
    inquirers: tuple[str, ...]
    kinds: tuple[str, ...]


EXAMPLES = (
    Example(
        "R-234",
        "childcare-support.certification",
        ("municipality",),
        (ASSISTED, REARING, SPECIAL, TAX, DISABLED),
    ),
    Example("R-235", "child-allowance.claim", ("municipality",), (TAX, RECORD, "pension-enrolment")),
    Example(
        "R-236",
        "student-aid.application",
        ("student-services-organization",),
        (ASSISTED, WORK, DISABLED, TAX, PENSION),
    ),
    Example(
        "R-237",
        "special-needs-education-support.application",
        ("prefectural-board-of-education",),
        (RECORD, TAX, ASSISTED),
    ),
    Example("R-238", "child-rearing-allowance.claim", GOVERNOR_AND_MAYOR, (RECORD, TAX, SPECIAL, DISABLED, PENSION)),
    Example("R-239", "public-assistance.application", GOVERNOR_AND_MAYOR, (TAX, WORK, REARING, SPECIAL, PENSION)),
    # 市町村 take these claims in; who decides, and so asks, is the governor, in a designated city its mayor.
    Example("R-240", "special-child-rearing-allowance.claim", ("prefecture", "designated-city"), (RECORD, TAX)),
    Example("R-241", "disability-services.application", ("municipality",), (RECORD, TAX, ASSISTED, DISABLED)),
    Example(
        "R-242",
        "disability-services.medical-aid",
        GOVERNOR_AND_MAYOR,
        (RECORD, TAX, ASSISTED, SPECIAL, DISABLED, PENSION),
    ),
    Example("R-243", "employment-insurance.care-leave-benefit", ("public-employment-office",), (RECORD,)),
    Example("R-244", "long-term-care-insurance.premium-reduction", ("municipality",), (RECORD, TAX, ASSISTED)),
    # 健保組合等: items 2 and 3 of the Act.
    Example(
        "R-245",
        "health-insurance.childbirth-lump-sum",
        ("health-insurance-association", "health-insurance-society"),
        (RECORD,),
    ),
    Example("R-246", "public-housing.application", GOVERNOR_AND_MAYOR, (RECORD, TAX, ASSISTED, DISABLED)),
    Example("R-247", "national-pension.premium-exemption", ("pension-service",), (RECORD, TAX, WORK)),
    Example("R-248", "national-pension.student-special-payment", ("pension-service",), (TAX, WORK)),
    Example("R-249", "national-pension.benefit-claim", ("pension-service",), (RECORD, TAX, WORK)),
    Example("R-249", "employees-pension.benefit-claim", ("pension-service",), (RECORD, TAX, WORK)),
    Example("R-250", "national-pension.beneficiary-notification", ("pension-service",), (RECORD, TAX)),
    Example("R-250", "employees-pension.beneficiary-notification", ("pension-service",), (RECORD, TAX)),
    Example("R-250", "national-pension.income-status", ("pension-service",), (TAX,)),
    Example("R-251", "mental-health.disability-certificate", ("prefecture", "designated-city"), (PENSION,)),
)

NOT_IN_THE_ACT = {
    ("child-allowance.claim", RECORD),
    ("special-needs-education-support.application", ASSISTED),
    ("disability-services.application", DISABLED),
    ("disability-services.medical-aid", DISABLED),
    ("disability-services.medical-aid", SPECIAL),
}
"""Shown by the examples alone: no item of 別表第二 as of 2015-09 says so."""

FULL_OPERATION, EXPANSION, PENSIONS, LAST = "2017-11-13", "2018-10-09", "2019-11-13", "2024-05-26"
DAYS = ("2017-11-12", "2017-11-13", "2018-10-08", "2018-10-09", "2019-11-12", "2019-11-13", "2024-05-26", "2024-05-27")


def first_day(example: Example, inquirer: str, holder: str, kind: str) -> str:
    """Return the first day for which a source says that this could be asked."""
    if "pension-service" in {inquirer, holder}:
        return PENSIONS
    in_trial = kind == DISABLED or example.requirement == "R-237"
    by_the_examples = (example.procedure, kind) in NOT_IN_THE_ACT or inquirer == "designated-city"
    return EXPANSION if in_trial or by_the_examples else FULL_OPERATION


def combinations() -> list[tuple[str, ...]]:
    """Return every permitted combination: source, asks, affair, procedure, is asked, kind, first and last day."""
    return [
        (
            one.requirement,
            inquirer,
            one.procedure.partition(".")[0],
            one.procedure,
            holder,
            kind,
            first_day(one, inquirer, holder, kind),
            LAST,
        )
        for one in EXAMPLES
        for inquirer in one.inquirers
        for kind in one.kinds
        for holder in HOLDERS[kind]
    ]


def content() -> str:
    """Return the file as it should be."""
    found = combinations()
    lines = [
        "# What may be asked: source, who asks, affair, procedure, who is asked, kind, first day, last day.",
        "# Written by write_permitted_combinations.py beside it, from the published examples and the Act; not by hand",
        "# and not from the product's tables. test_statute_combinations.py compares both over the full cross product.",
        f"number = {len(found)}",
        "",
        "[in_force]",
        *(f"{day} = {sum(one[6] <= day <= one[7] for one in found)}" for day in DAYS),
        "",
        "[by_source]",
        *(f"{source} = {number}" for source, number in sorted(Counter(one[0] for one in found).items())),
        "",
        "[permitted]",
        "combinations = [",
        *("  [" + ", ".join(f'"{word}"' for word in one) + "]," for one in found),
        "]",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    FILE.write_text(content(), "utf-8")
