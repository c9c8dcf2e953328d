"""End what was signed under a code that is about to be erased (pseudonyms design, generations; R-219).

A signed inquiry is sent unchanged until it is answered, and what comes of it is filed under its person's code. The day
between the end of a generation and the erasing of its codes is there for that. For whoever is left then without any
code nothing can be filed any more, and the converters refuse what was signed: such an inquiry, or the section that such
a person is in, ends here as refused because the generation is closed. It is recorded in the transaction that erases the
code, and can be asked anew under another name as soon as the person has a code again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from mizuhiki.institutions.intermediate_server.operations.inquire_bulk import InquireBulk
from mizuhiki.institutions.intermediate_server.operations.subjects import is_gone
from mizuhiki.institutions.intermediate_server.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.generations import LAST


@dataclass(frozen=True, slots=True)
class EndWithCodes:
    """Ends unanswered inquiries, those of files and single ones."""

    bulk: InquireBulk

    def __call__(self, context: Context, records: Records, closed: Collection[int]) -> int:
        """End what waits for people whose last code is of one of these generations; return how many lines ended."""
        ended = 0
        for inquiry in records.prepared_inquiries():
            number = inquiry.request.addressee_number
            subject = records.subjects([number], LAST).get(number)
            if is_gone(subject, closed):
                ended += self.bulk.ends.end_with_code(context, records, inquiry, subject) is not None
        for section_id in records.prepared_sections():
            section = records.bulk_section(section_id)
            if section is not None:
                numbers = [line.request.addressee_number for line in section.lines]
                subjects = records.subjects(numbers, LAST)
                if any(is_gone(subjects.get(number), closed) for number in numbers):
                    ended += self.bulk.end_with_codes(context, records, section, subjects)
        return ended
