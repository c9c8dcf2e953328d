"""Decisions in words, for the applicant's portal account."""

from __future__ import annotations

from mizuhiki.casework.domain import Case, Notice
from mizuhiki.institutions.agency.pension_service.domain.months import read_months
from mizuhiki.institutions.agency.pension_service.domain.premiums import Relief

RELIEF_WORDS = {
    Relief.FULL: ("全額免除", "full exemption"),
    Relief.THREE_QUARTERS: ("4分の3免除", "exemption from three quarters"),
    Relief.HALF: ("半額免除", "exemption from half"),
    Relief.QUARTER: ("4分の1免除", "exemption from a quarter"),
    Relief.DEFERRED: ("納付猶予", "deferment"),
    Relief.STUDENT: ("学生納付特例", "special payment for students"),
}
_ASK = "理由は年金事務所でお尋ねください。\nAsk the pension office for the reason."


def relief_notice(case: Case) -> Notice:
    """Return the decision about premiums in words."""
    subject = "国民年金保険料の免除等の審査結果のお知らせ / Decision on your pension premiums"
    proposal = case.proposal
    if proposal is None or not proposal.granted:
        return Notice(subject, f"承認されませんでした。Not granted. {_ASK}")
    lines: list[str] = []
    for relief, (japanese, english) in RELIEF_WORDS.items():
        months = read_months(proposal.terms.get(relief.value))
        if months:
            first, last = f"{months[0]:%Y-%m}", f"{months[-1]:%Y-%m}"
            lines.append(f"{japanese}: {first} – {last} ({len(months)}か月) / {english}: {len(months)} months")
    return Notice(subject, "\n".join(lines))


def pension_notice(case: Case) -> Notice:
    """Return the decision about a claim in words."""
    subject = "年金の裁定のお知らせ / Decision on your pension claim"
    proposal = case.proposal
    if proposal is None or not proposal.granted:
        return Notice(subject, f"支給されません。No pension is awarded. {_ASK}")
    yen = int(proposal.terms["annual_yen"] or 0) + int(proposal.terms["addition_yen"] or 0)
    since = str(proposal.terms["entitled_on"])
    stopped = "\n支給停止があります。Payment is stopped in part or whole." if proposal.terms.get("stopped") else ""
    return Notice(
        subject,
        f"年額{yen:,}円です(受給権発生 {since})。\nYou are awarded {yen:,} yen a year; entitled on {since}.{stopped}",
    )


def notification_notice(case: Case) -> Notice:
    """Return what became of a notification in words."""
    subject = "年金受給者の届出の確認結果のお知らせ / Your notification as a pensioner"
    outcome = "" if case.proposal is None else case.proposal.outcome
    words = {
        "confirmed": "確認しました。年金は引き続き支払われます。\nConfirmed. Your pension goes on.",
        "ended": "受給権が消滅しました。\nThe right to the pension has ended.",
        "withheld": "確認できないため、支払いを一時差し止めます。\nPayment is held back until this is confirmed.",
    }
    return Notice(subject, words.get(outcome, f"受け付けられませんでした。Not accepted. {_ASK}"))


def income_notice(case: Case) -> Notice:
    """Return what an income does to a pension from before 20 in words."""
    subject = "障害基礎年金の所得確認のお知らせ / Income check of your disability basic pension"
    outcome = "" if case.proposal is None else case.proposal.outcome
    words = {
        "paid": "全額が支払われます。\nYour pension is paid in full.",
        "half-stopped": "所得により2分の1が支給停止です。\nHalf of your pension is stopped for income.",
        "stopped": "所得により全額が支給停止です。\nYour pension is stopped for income.",
        "withheld": "所得が未申告のため、支払いを一時差し止めます。\nPayment is held back until income is declared.",
    }
    return Notice(subject, words.get(outcome, f"対象ではありません。Not concerned. {_ASK}"))
