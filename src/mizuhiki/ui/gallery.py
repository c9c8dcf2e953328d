"""The gallery: every component in every state, with invented contents, for people who build or judge pages.

Mount it on any site, and likewise `STAFF_GALLERY` with the same values at ``/staff``:

    site.route("/", public=True, endpoint="gallery")(lambda: site.render(GALLERY, **gallery_values(site.language)))
"""

from __future__ import annotations

from mizuhiki.ui.components import (
    Accent,
    Action,
    Answer,
    Blocking,
    Choice,
    Column,
    Event,
    Named,
    Pages,
    Progress,
    Row,
    Tag,
    Task,
    Tone,
)
from mizuhiki.ui.forms import Form

GALLERY = "ui/gallery.html"
STAFF_GALLERY = "ui/gallery_staff.html"


class _Words:
    """Sample texts: Japanese for readers of Japanese, English for everybody else."""

    def __init__(self, language: str) -> None:
        self.japanese = language.startswith("ja")

    def __call__(self, japanese: str, english: str) -> str:
        return japanese if self.japanese else english


def gallery_values(language: str) -> dict[str, object]:
    """Return everything the gallery templates show, in the sample language nearest to `language`."""
    words = _Words(language)
    return {
        "w": words,
        "sample_lang": "ja" if words.japanese else "en",
        "empty_form": Form(),
        "typed_form": Form(
            {"family": "水引", "born": "令和元年12月2日", "ward": "2", "way": "post", "wants": ["mail", "paper"]}
        ),
        "form_in_error": _wrong(words),
        "choices": _choices(words),
        "answers": _answers(words),
        "tags": _tags(words),
        "columns": _columns(words),
        "rows": _rows(words),
        "events": _events(words),
        "tasks": _tasks(words),
        "progress_states": _progress(words),
        "pages_of_list": Pages(current=6, last=24, url="?page={page}"),
        "first_page": Pages(current=1, last=3, url="?page={page}"),
        "blocking": _blocking(words),
        "staff_actions": _staff_actions(words),
        "case": (
            Answer(words("世帯", "Household"), words("水引 一郎 の世帯", "Mizuhiki Ichiro")),
            Answer(words("世帯番号", "Number"), "0000-4521"),
            Answer(words("人数", "People"), "3"),
        ),
        "accents": tuple(Accent),
    }


def _wrong(words: _Words) -> Form:
    form = Form({"family_w": "みずひき", "born_w": "13月2日", "way_w": ""})
    form.refuse(
        "born_w", words("生年月日は、2019-12-02 のように入力してください", "Enter the date of birth like 2019-12-02")
    )
    form.refuse("ward_w", words("区を選んでください", "Choose a ward"))
    form.refuse("way_w", words("受け取り方を選んでください", "Choose how to receive it"))
    form.refuse("wants_w", words("少なくとも1つ選んでください", "Choose at least one"))
    form.refuse("pin_w", words("暗証番号は4けたの数字です", "The PIN has four digits"))
    form.refuse("reason_w", words("理由を入力してください", "Enter the reason"))
    return form


def _choices(words: _Words) -> dict[str, tuple[Choice, ...]]:
    return {
        "ward": (Choice("1", words("北区", "North ward")), Choice("2", words("南区", "South ward"))),
        "way": (
            Choice("post", words("郵送", "By post"), words("5日ほどかかります", "Takes about five days")),
            Choice("counter", words("窓口", "At the counter")),
        ),
        "wants": (
            Choice("mail", words("メールで知らせる", "Tell me by mail")),
            Choice("paper", words("紙でも送る", "Send it on paper too"), words("手数料はありません", "Free of charge")),
        ),
    }


def _answers(words: _Words) -> tuple[Answer, ...]:
    return (
        Answer(words("氏名", "Name"), words("水引 一郎", "Mizuhiki Ichiro"), "#name"),
        Answer(words("生年月日", "Date of birth"), words("平成2年4月1日", "1 April 1990"), "#born"),
        Answer(
            words("住所", "Address"),
            words("架空県架空市北区1丁目2番3号", "1-2-3 North ward, Invented City"),
            "#address",
        ),
        Answer(words("受付窓口", "Counter"), words("市民課", "Residents' section")),
        Answer(words("届出先", "Handed in at"), Named(words("架空市", "Invented City"), "municipality-000000")),
    )


def _tags(words: _Words) -> tuple[Tag, ...]:
    return (
        Tag(words("未着手", "Not started")),
        Tag(words("処理中", "In progress"), Tone.PROGRESS),
        Tag(words("完了", "Done"), Tone.DONE),
        Tag(words("確認待ち", "To be checked"), Tone.ATTENTION),
        Tag(words("却下", "Refused"), Tone.PROBLEM),
        Tag(words("支援措置", "Protected"), Tone.SPECIAL),
    )


def _columns(words: _Words) -> tuple[Column, ...]:
    return (
        Column(words("受付番号", "Reference"), sort_url="?sort=reference"),
        Column(words("届出日", "Date"), sort_url="?sort=date", sorted="descending"),
        Column(words("状態", "State")),
        Column(words("通数", "Copies"), numeric=True),
    )


def _rows(words: _Words) -> tuple[Row, ...]:
    def actions(reference: str) -> tuple[Action, ...]:
        return (Action(words("開く", "Open"), f"#{reference}", about=reference),)

    tags = _tags(words)
    return (
        Row(("A-1042", "2019-12-02", tags[2], 2), actions("A-1042")),
        Row(("A-1041", "2019-12-01", tags[1], 1), actions("A-1041")),
        Row(("A-1039", "2019-11-28", tags[4], None), actions("A-1039")),
    )


def _events(words: _Words) -> tuple[Event, ...]:
    return (
        Event(
            words("照会に回答しました", "Answered an inquiry"),
            words("令和元年12月2日 10時15分", "2 December 2019, 10:15"),
            "2019-12-02T10:15:00+09:00",
            words("架空市", "Invented City"),
            words("手当の審査のため、1項目を提供しました。", "One item was provided for an allowance decision."),
            Tag(words("検証済み", "Verified"), Tone.DONE),
            (Action(words("記録を見る", "See the record"), "#record"),),
        ),
        Event(
            words("照会を受け付けました", "Received an inquiry"),
            words("令和元年12月2日 10時14分", "2 December 2019, 10:14"),
            "2019-12-02T10:14:00+09:00",
            words("架空年金センター", "Invented Pension Centre"),
        ),
    )


def _tasks(words: _Words) -> tuple[Task, ...]:
    tags = _tags(words)
    return (
        Task(words("本人を確認する", "Confirm who it is"), tags[2], "#identity"),
        Task(words("新しい住所を入力する", "Enter the new address"), tags[1], "#address"),
        Task(
            words("内容を確かめて送る", "Check and send"),
            Tag(words("まだ始められません", "Cannot start yet")),
            hint=words("上の2つが終わると始められます。", "Starts when both steps above are done."),
        ),
    )


def _progress(words: _Words) -> tuple[Progress, ...]:
    return (
        Progress(words("番号を確かめています", "Checking numbers"), 0, 400, words("約2分", "about two minutes")),
        Progress(words("通知を作っています", "Making notices"), 250, 400, words("約45秒", "about 45 seconds")),
        Progress(words("終わりました", "Finished"), 400, 400),
    )


def _blocking(words: _Words) -> Blocking:
    return Blocking(
        words("この世帯には支援措置があります", "A support measure protects this household"),
        words(
            "写しの交付も照会への回答もできません。担当の責任者が、この申請1件に限って解除できます。",
            "No copy can be issued, no inquiry answered. The responsible officer can lift this for one request.",
        ),
        (
            Answer(words("根拠", "Rule"), words("住民基本台帳事務処理要領 第5-10", "Register guideline 5-10")),
            Answer(words("解除できる人", "Who can lift it"), words("市民課長", "Head of the residents' section")),
        ),
    )


def _staff_actions(words: _Words) -> tuple[Action, ...]:
    return (
        Action(words("転入を登録", "Register move-in"), "#in", "i"),
        Action(words("転出を登録", "Register move-out"), "#out", "o"),
        Action(words("写しを交付", "Issue a copy"), "#copy", "c"),
        Action(words("履歴を見る", "See the history"), "#history", "h"),
    )
