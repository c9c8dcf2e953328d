"""Every kind of event with its form, documents, period and warnings."""

from __future__ import annotations

import enum

from mizuhiki.institutions.municipality.domain.events import deadlines
from mizuhiki.institutions.municipality.domain.events.aliases import WARNING_EN, WARNING_JA, ProofOrigin
from mizuhiki.institutions.municipality.domain.events.forms import (
    EvidenceItem,
    FieldDescription,
    FieldType,
    FormDescription,
    WarningText,
)
from mizuhiki.institutions.municipality.domain.events.unregistered import COURT_PROCEDURES
from mizuhiki.vocabulary.persons import ChangeReason, ResidenceCategory

T = FieldType


class EventKind(enum.StrEnum):
    """Kinds of events; the reason of change that travels with identification information is coarser."""

    BIRTH = "birth"
    BIRTH_OF_FOREIGN_CHILD = "birth-of-foreign-child"
    MOVE_IN = "move-in"
    MOVE_IN_ON_PAPER = "move-in-on-paper"
    MOVE_IN_SPECIAL = "move-in-special"
    MOVE_IN_FROM_ABROAD = "move-in-from-abroad"
    BECAME_FOREIGN_RESIDENT = "became-foreign-resident"
    """Lives here and came under the table of 30条の45 (30条の47); moving in from abroad is another event (30条の46)."""
    RETURN_FROM_ABROAD = "return-from-abroad"
    MOVE_OUT = "move-out"
    MOVE_OUT_ABROAD = "move-out-abroad"
    MOVE_OUT_CANCELLED = "move-out-cancelled"
    MOVE_WITHIN = "move-within"
    HOUSEHOLD_SPLIT = "household-split"
    HOUSEHOLD_MERGE = "household-merge"
    HEAD_CHANGE = "head-change"
    DEATH = "death"
    RESIDENCE_NOTICE = "residence-notice"
    NATURALISATION = "naturalisation"
    LOSS_OF_NATIONALITY = "loss-of-nationality"
    UNREGISTERED_BIRTH = "unregistered-birth"
    EX_OFFICIO_ENTRY = "ex-officio-entry"
    EX_OFFICIO_REMOVAL = "ex-officio-removal"
    CORRECTION = "correction"
    MINOR_CORRECTION = "minor-correction"
    NAME_CHANGE = "name-change"
    ALIAS_ENTRY = "alias-entry"
    ALIAS_REMOVAL = "alias-removal"
    FORMER_NAME_ENTRY = "former-name-entry"
    FORMER_NAME_REMOVAL = "former-name-removal"
    READING = "reading"
    CANCELLATION = "cancellation"


def _field(name: str, ja: str, en: str, kind: FieldType, *, required: bool = True) -> FieldDescription:
    return FieldDescription(name, ja, en, kind, required)


_WHO = _field("resident", "対象者", "Resident", T.RESIDENT)
_WHO_ALL = _field("residents", "対象者", "Residents", T.RESIDENTS)
_ADDRESS = _field("address", "住所", "Address", T.ADDRESS)
_HOUSEHOLD = _field("household", "入る世帯", "Household to join", T.HOUSEHOLD, required=False)
_POSITIONS = _field("positions", "続柄", "Positions in the household", T.POSITION, required=False)
_HEAD = _field("new_head", "新しい世帯主", "New head of household", T.RESIDENT, required=False)
_REASON = _field("ground", "職権の理由", "Ground of the official act", T.TEXT)
_PERSON = (
    _field("name", "氏名", "Name", T.NAME),
    _field("birth_date", "生年月日", "Date of birth", T.DATE),
    _field("sex", "性別", "Sex", T.SEX),
)
_DOMICILE = (
    _field("registered_domicile", "本籍", "Registered domicile", T.TEXT, required=False),
    _field("head_of_family_register", "筆頭者", "First person of the family register", T.NAME, required=False),
)
_RESIDENCE = (
    _field("nationality", "国籍・地域", "Nationality or region", T.TEXT),
    FieldDescription(
        "category",
        "在留の区分",
        "Residence category",
        T.CHOICE,
        choices=tuple(one.value for one in ResidenceCategory),
    ),
    _field("status", "在留資格", "Status of residence", T.TEXT, required=False),
    _field("period", "在留期間", "Period of stay", T.TEXT, required=False),
    _field("stay_until", "在留期間の満了の日", "Expiry of the period of stay", T.DATE, required=False),
    _field("card_number", "在留カード等の番号", "Number of the residence card", T.CODE, required=False),
)
_IDENTITY = EvidenceItem("identity-document", "届出人の本人確認書類", "Identity document of the notifier", "identity")
_CARD = EvidenceItem("individual-number-card", "個人番号カード", "Individual Number Card", "identity")
_RESIDENCE_CARD = EvidenceItem("residence-card", "在留カード", "Residence card", "residence")
_PERMANENT = EvidenceItem(
    "special-permanent-certificate", "特別永住者証明書", "Special permanent resident certificate", "residence"
)
_PASSPORT_STAMP = EvidenceItem(
    "passport-card-later", "旅券（在留カード後日交付）", "Passport with the note that a card follows", "residence"
)
_STAY_PERMIT = EvidenceItem(
    "stay-permit", "仮滞在許可書・一時庇護許可書", "Permit of provisional stay or temporary refuge", "residence"
)
_DECISION = EvidenceItem("mayors-decision", "職権の決裁", "The mayor's decision")
_REPORT = EvidenceItem("family-register-notice", "戸籍の届出に基づく通知", "Notice under the Family Register Act")
_LATE = WarningText(
    "届出期間を過ぎたときは理由を書面で受け、簡易裁判所への通知を検討してください。",
    "When the period is over take the reason in writing and consider the notice to the summary court.",
)
_FALSE_ALIAS = WarningText(WARNING_JA, WARNING_EN, blocks=True)
_LAST_ONE = WarningText(
    "世帯主が世帯からいなくなります。新しい世帯主を確認してください。",
    "The head leaves the household. Ask who becomes head.",
)

FORMS: dict[EventKind, FormDescription] = {}


def _form(  # noqa: PLR0917 - each call is one row of a table
    kind: EventKind,
    titles: tuple[str, str],
    basis: str,
    reason: ChangeReason,
    fields: tuple[FieldDescription, ...],
    evidence: tuple[EvidenceItem, ...] = (),
    deadline: deadlines.Deadline | None = None,
    warnings: tuple[WarningText, ...] = (),
) -> None:
    if deadline is not None:
        warnings = (*warnings, _LATE)
    FORMS[kind] = FormDescription(kind.value, *titles, basis, reason, fields, evidence, deadline, warnings)


K, R = EventKind, ChangeReason
_form(
    K.BIRTH,
    ("出生", "Birth"),
    "戸籍法49条; 住民基本台帳法施行令11条",
    R.BIRTH,
    (*_PERSON, _field("household", "世帯", "Household", T.HOUSEHOLD), *_DOMICILE),
    (EvidenceItem("birth-certificate", "出生証明書", "Birth certificate"),),
    deadlines.BIRTH,
)
_form(
    K.BIRTH_OF_FOREIGN_CHILD,
    ("出生（外国人住民）", "Birth of a foreign child"),
    "戸籍法49条; 住民基本台帳法30条の45; 入管法22条の2",
    R.BIRTH,
    (*_PERSON, _field("household", "世帯", "Household", T.HOUSEHOLD), *_RESIDENCE[:1]),
    (EvidenceItem("birth-certificate", "出生証明書", "Birth certificate"),),
    deadlines.BIRTH,
    (
        WarningText(
            "60日を超えて在留するときは30日以内に在留資格の取得を申請するよう案内してください。",
            "Tell the parents to apply for a status within 30 days if the child stays longer than 60 days.",
        ),
    ),
)
_MOVED = (_ADDRESS, _HOUSEHOLD, _POSITIONS)
_form(
    K.MOVE_IN,
    ("転入", "Move in"),
    "住民基本台帳法22条, 9条1項",
    R.MOVE_IN,
    (
        _field("from_municipality", "前住所地", "Municipality left", T.CODE),
        _field("move_reference", "転出の整理番号", "Reference of the move out", T.CODE),
        _field("resident_record_code", "住民票コード", "Resident Record Code", T.CODE),
        *_MOVED,
    ),
    (_IDENTITY, _CARD),
    deadlines.WITHIN_14_DAYS,
)
_form(
    K.MOVE_IN_ON_PAPER,
    ("転入（紙の転出証明書）", "Move in with a paper certificate"),
    "住民基本台帳法22条2項; 施行令23条",
    R.MOVE_IN,
    (
        _field("from_municipality", "前住所地", "Municipality left", T.CODE),
        _field("previous_address", "前住所", "Previous address", T.ADDRESS),
        *_PERSON,
        _field("resident_record_code", "住民票コード", "Resident Record Code", T.CODE),
        _field("number", "個人番号", "Individual Number", T.CODE),
        *_DOMICILE,
        *_MOVED,
    ),
    (EvidenceItem("moving-out-certificate", "転出証明書", "Moving-out certificate"), _IDENTITY, _CARD),
    deadlines.WITHIN_14_DAYS,
)
_form(
    K.MOVE_IN_SPECIAL,
    ("転入届の特例", "Special move in with the card"),
    "住民基本台帳法24条の2",
    R.MOVE_IN,
    FORMS[K.MOVE_IN].fields,
    (EvidenceItem("individual-number-card", "個人番号カード", "Individual Number Card"),),
    deadlines.WITHIN_14_DAYS,
)
_form(
    K.MOVE_IN_FROM_ABROAD,
    ("国外からの転入", "Move in from abroad"),
    "住民基本台帳法22条, 30条の46",
    R.MOVE_IN,
    (*_PERSON, *_RESIDENCE, *_DOMICILE, *_MOVED),
    (
        EvidenceItem("passport", "旅券", "Passport"),
        EvidenceItem("residence-card", "在留カード", "Residence card", "residence", required=False),
    ),
    deadlines.WITHIN_14_DAYS,
)
_form(
    K.BECAME_FOREIGN_RESIDENT,
    ("中長期在留者等となった届出", "Became a mid- to long-term resident"),
    "住民基本台帳法30条の47, 30条の45",
    R.MOVE_IN,
    (*_PERSON, *_RESIDENCE, *_MOVED),
    (
        _RESIDENCE_CARD,
        _PERMANENT,
        _STAY_PERMIT,
        EvidenceItem(
            "relationship-proof",
            "世帯主との続柄を証する文書（30条の49）",
            "Proof of the relationship to a foreign head of household (30条の49)",
            required=False,
        ),
    ),
    deadlines.BECOMING_RESIDENT,
    (
        WarningText(
            "国外からの転入ではありません。すでに市内に住所があり、在留資格の変更・取得などで中長期在留者等となった方の届出です。",
            "This is no move from abroad: the person lives here already and was granted a status of residence.",
        ),
    ),
)
_form(
    K.RETURN_FROM_ABROAD,
    ("国外からの帰国転入", "Return from abroad"),
    "住民基本台帳法22条, 17条3号",
    R.MOVE_IN,
    (*_PERSON, *_DOMICILE, *_MOVED),
    (
        EvidenceItem("passport", "旅券", "Passport"),
        EvidenceItem("family-register-copy", "戸籍謄本・附票の写し", "Family register and supplement", required=False),
    ),
    deadlines.WITHIN_14_DAYS,
)
_form(
    K.MOVE_OUT,
    ("転出", "Move out"),
    "住民基本台帳法24条",
    R.MOVE_OUT,
    (_WHO_ALL, _field("planned_address", "転出先", "Where to", T.ADDRESS)),
    (_IDENTITY, _CARD),
    deadlines.BEFOREHAND,
    (
        _LAST_ONE,
        WarningText(
            "転出後14日を過ぎたものは届出ではなく申出として受け、職権で消除します。",
            "More than 14 days after the move it is no notification; the record is removed ex officio.",
        ),
    ),
)
_form(
    K.MOVE_OUT_ABROAD,
    ("国外への転出", "Move abroad"),
    "住民基本台帳法24条, 17条3号",
    R.MOVE_OUT,
    (_WHO_ALL, _field("country", "転出先の国", "Country", T.TEXT), _HEAD),
    (_IDENTITY, _CARD),
    deadlines.BEFOREHAND,
    (_LAST_ONE,),
)
_form(
    K.MOVE_OUT_CANCELLED,
    ("転出の取消し", "Move out cancelled"),
    "住民基本台帳法24条; 事務処理要領第4-2",
    R.EX_OFFICIO_CORRECTION,
    (_field("move_reference", "転出の整理番号", "Reference of the move", T.CODE),),
    (_IDENTITY, _CARD, EvidenceItem("moving-out-certificate", "転出証明書", "Moving-out certificate", required=False)),
)
_form(
    K.MOVE_WITHIN,
    ("転居", "Move within the municipality"),
    "住民基本台帳法23条",
    R.MOVE_WITHIN,
    (_WHO_ALL, *_MOVED, _HEAD),
    (_IDENTITY, _CARD),
    deadlines.WITHIN_14_DAYS,
    (_LAST_ONE,),
)
_form(
    K.HOUSEHOLD_SPLIT,
    ("世帯分離", "Household split"),
    "住民基本台帳法25条",
    R.EX_OFFICIO_CORRECTION,
    (_WHO_ALL, _HEAD, _POSITIONS),
    (_IDENTITY, _CARD),
    deadlines.WITHIN_14_DAYS,
)
_form(
    K.HOUSEHOLD_MERGE,
    ("世帯合併", "Household merge"),
    "住民基本台帳法25条",
    R.EX_OFFICIO_CORRECTION,
    (
        _field("household", "合わせる世帯", "Household that goes into another", T.HOUSEHOLD),
        _field("into", "合併先の世帯", "Household it goes into", T.HOUSEHOLD),
        _POSITIONS,
    ),
    (_IDENTITY, _CARD),
    deadlines.WITHIN_14_DAYS,
)
_form(
    K.HEAD_CHANGE,
    ("世帯主変更", "Change of head"),
    "住民基本台帳法25条",
    R.EX_OFFICIO_CORRECTION,
    (_field("new_head", "新しい世帯主", "New head of household", T.RESIDENT), _POSITIONS),
    (_IDENTITY, _CARD),
    deadlines.WITHIN_14_DAYS,
)
_form(
    K.DEATH,
    ("死亡", "Death"),
    "戸籍法86条; 住民基本台帳法施行令13条",
    R.DEATH,
    (
        _WHO,
        _field("known_on", "死亡を知った日", "Day the notifier learned of it", T.DATE),
        _field("abroad", "国外での死亡", "Died abroad", T.YES_NO, required=False),
        _HEAD,
    ),
    (
        EvidenceItem("death-certificate", "死亡診断書", "Death certificate", "death"),
        EvidenceItem("post-mortem", "死体検案書", "Post-mortem certificate", "death"),
        EvidenceItem(
            "family-register-notice", "戸籍の届出に基づく通知", "Notice under the Family Register Act", "death"
        ),
    ),
    deadlines.DEATH,
    (_LAST_ONE,),
)
_form(
    K.RESIDENCE_NOTICE,
    ("法務大臣通知", "Notice of the Minister of Justice"),
    "住民基本台帳法30条の50",
    R.EX_OFFICIO_CORRECTION,
    (_WHO, *_RESIDENCE),
)
_form(
    K.NATURALISATION,
    ("帰化", "Naturalisation"),
    "戸籍法102条の2; 住民基本台帳法8条",
    R.EX_OFFICIO_CORRECTION,
    (_WHO, _field("name", "帰化後の氏名", "Name after naturalisation", T.NAME), *_DOMICILE),
    (
        EvidenceItem("naturalisation-certificate", "帰化者の身分証明書", "Certificate of naturalisation", "proof"),
        EvidenceItem(
            "family-register-notice", "戸籍の届出に基づく通知", "Notice under the Family Register Act", "proof"
        ),
    ),
    deadlines.NATURALISATION,
)
_form(
    K.LOSS_OF_NATIONALITY,
    ("国籍喪失", "Loss of nationality"),
    "戸籍法103条; 住民基本台帳法30条の45; 入管法22条の2",
    R.EX_OFFICIO_CORRECTION,
    (
        _WHO,
        _field("known_on", "国籍喪失の事実を知った日", "Day the notifier learned of it", T.DATE),
        _field("abroad", "知った日に国外にいた", "The notifier was abroad that day", T.YES_NO, required=False),
        _field("nationality", "国籍・地域", "Nationality or region", T.TEXT),
        _PERSON[0],
    ),
    (EvidenceItem("proof-of-loss", "国籍喪失を証する書面", "Proof of the loss"),),
    deadlines.LOSS_OF_NATIONALITY,
    (
        WarningText(
            "喪失の日から60日を過ぎて在留資格がないときは、住民票の消除について市町村長の判断を求める確認事項ができます。",
            "Without a status 60 days after the loss, a task asks the mayor about removing the record.",
        ),
    ),
)
_form(
    K.UNREGISTERED_BIRTH,
    ("無戸籍者の職権記載", "Entry of an unregistered birth"),
    "住民基本台帳法8条; 2018-10-02 通知",
    R.EX_OFFICIO_ENTRY,
    (
        *_PERSON,
        *_MOVED,
        _field("registration_not_reached", "就籍の届出に至らない", "Registration not reached", T.YES_NO),
        FieldDescription(
            "court_procedure", "裁判手続", "Court procedure", T.CHOICE, choices=tuple(sorted(COURT_PROCEDURES))
        ),
        _field("presumed_child_basis", "日本国籍を有する者の子と推認する根拠", "Why the child of a Japanese", T.TEXT),
    ),
    (
        EvidenceItem("birth-certificate", "出生証明書等", "Birth certificate"),
        EvidenceItem("parent-family-register", "父又は母の戸籍謄本", "Family register of a parent"),
        EvidenceItem("interview-record", "面談記録", "Record of the interview"),
        EvidenceItem("field-inquiry-report", "実態調査の記録", "Report of the inquiry on the spot", required=False),
        _DECISION,
    ),
)
_form(
    K.EX_OFFICIO_ENTRY,
    ("職権記載", "Entry ex officio"),
    "住民基本台帳法8条; 施行令12条",
    R.EX_OFFICIO_ENTRY,
    (*_PERSON, *_DOMICILE, *_MOVED, _REASON),
    (_DECISION,),
)
_form(
    K.EX_OFFICIO_REMOVAL,
    ("職権消除", "Removal ex officio"),
    "住民基本台帳法8条; 施行令12条, 34条の2",
    R.EX_OFFICIO_REMOVAL,
    (_WHO_ALL, _REASON, _HEAD),
    (_DECISION, EvidenceItem("field-inquiry-report", "実態調査の記録", "Report of the inquiry", required=False)),
    warnings=(_LAST_ONE,),
)
_form(
    K.CORRECTION,
    ("職権修正", "Correction ex officio"),
    "住民基本台帳法8条, 14条; 施行令12条",
    R.EX_OFFICIO_CORRECTION,
    (_WHO, _field("effective_on", "修正の効力の日", "From which day it is right", T.DATE), _REASON),
    (_DECISION,),
)
_form(
    K.MINOR_CORRECTION,
    ("軽微な修正", "Minor correction"),
    "住民基本台帳法8条; 施行令12条",
    R.MINOR_CORRECTION,
    (_WHO, _REASON),
)
_form(
    K.NAME_CHANGE,
    ("戸籍の届出による氏名等の修正", "Change of name by family register notice"),
    "住民基本台帳法8条; 施行令12条2項",
    R.EX_OFFICIO_CORRECTION,
    (_WHO, _PERSON[0], *_DOMICILE),
    (_REPORT,),
)
_form(
    K.ALIAS_ENTRY,
    ("通称の記載", "Entry of an alias"),
    "住民基本台帳法施行令30条の16; 事務処理要領第2-2-(2)サ",
    R.EX_OFFICIO_CORRECTION,
    (
        _WHO,
        _field("alias", "通称", "Alias", T.NAME),
        _field("alias_kana", "通称の読み", "Reading of the alias", T.READING, required=False),
        _field("reason", "必要とする理由", "Why it is needed", T.TEXT),
        FieldDescription(
            "proofs", "疎明資料", "Proofs", T.CHOICE, choices=tuple(origin.value for origin in ProofOrigin)
        ),
        _field("use_asked_orally", "使用実績の口頭確認", "Use was asked about", T.YES_NO),
    ),
    (_RESIDENCE_CARD, _PERMANENT, _PASSPORT_STAMP),
    warnings=(_FALSE_ALIAS,),
)
_form(
    K.ALIAS_REMOVAL,
    ("通称の削除", "Removal of an alias"),
    "住民基本台帳法施行令30条の16第5項",
    R.EX_OFFICIO_CORRECTION,
    (_WHO,),
    (_IDENTITY, _CARD, _RESIDENCE_CARD),
)
_form(
    K.FORMER_NAME_ENTRY,
    ("旧氏の記載", "Entry of a former family name"),
    "住民基本台帳法施行令30条の14",
    R.EX_OFFICIO_CORRECTION,
    (
        _WHO,
        _field("former_name", "旧氏", "Former family name", T.NAME),
        _field("former_name_kana", "旧氏の読み", "Reading", T.READING, required=False),
    ),
    (
        EvidenceItem("family-registers", "旧氏の記載された戸籍謄本等から現在までのもの", "Family registers"),
        _IDENTITY,
        _CARD,
    ),
)
_form(
    K.FORMER_NAME_REMOVAL,
    ("旧氏の削除", "Removal of a former family name"),
    "住民基本台帳法施行令30条の14第4項",
    R.EX_OFFICIO_CORRECTION,
    (_WHO,),
    (_IDENTITY, _CARD),
)
_form(
    K.READING,
    ("氏名の振り仮名", "Reading of the name"),
    "住民基本台帳法7条1号の2; 戸籍法13条",
    R.EX_OFFICIO_CORRECTION,
    (
        _WHO,
        _field("family_kana", "氏の振り仮名", "Reading of the family name", T.READING),
        _field("given_kana", "名の振り仮名", "Reading of the given name", T.READING),
    ),
    (_REPORT,),
)
_form(
    K.CANCELLATION,
    ("異動の取消し", "Cancellation of an event"),
    "住民基本台帳法8条, 14条; 施行令12条",
    R.EX_OFFICIO_CORRECTION,
    (_field("event", "取り消す異動", "Event to cancel", T.CODE), _REASON),
    (_DECISION,),
    warnings=(
        WarningText(
            "取り消した異動も履歴に残ります。",
            "What is cancelled stays in the history.",
        ),
    ),
)


def form_of(kind: EventKind) -> FormDescription:
    """Return the form of a kind of event."""
    return FORMS[kind]
