"""Numbers fixed by law: Individual Number, Resident Record Code, Corporate Number (番号法2条; 住基法7条13号)."""

from mizuhiki.vocabulary.numbers.corporate import (
    CorporateNumber,
    MalformedCorporateNumber,
    corporate_number_check_digit,
)
from mizuhiki.vocabulary.numbers.digits import NumberFault
from mizuhiki.vocabulary.numbers.explanation import NumberExplanation, NumberKind, explain_number
from mizuhiki.vocabulary.numbers.individual import (
    IndividualNumber,
    MalformedIndividualNumber,
    individual_number_check_digit,
)
from mizuhiki.vocabulary.numbers.resident_record_code import (
    MalformedResidentRecordCode,
    ResidentRecordCode,
    resident_record_code_check_digit,
)

__all__ = [
    "CorporateNumber",
    "IndividualNumber",
    "MalformedCorporateNumber",
    "MalformedIndividualNumber",
    "MalformedResidentRecordCode",
    "NumberExplanation",
    "NumberFault",
    "NumberKind",
    "ResidentRecordCode",
    "corporate_number_check_digit",
    "explain_number",
    "individual_number_check_digit",
    "resident_record_code_check_digit",
]
