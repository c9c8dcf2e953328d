"""Who may work on which affair: the policy table, and the section to which a role belongs."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.claims.sections import may_work_on
from mizuhiki.runtime.authority import ActionNotPermitted, Authority, PolicyRow
from mizuhiki.runtime.context import Context

FOR_ALL_SECTIONS = frozenset(
    {
        "publish-award-copies",
        "submit-assessment",
        "lodge-ordinance-affair",
        "read-ordinance-affairs",
        "end-ordinance-affair",
    }
)
"""Actions of machinery and mayor, who belong to no section."""


class AffairOfAnotherSection(ActionNotPermitted):
    """A section's people work on its own affairs only (番号法12条: the number is seen by those who need it)."""

    code = "affair-of-another-section"
    title = "This affair is another section's"


class SectionAuthority(Authority):
    """The policy table; beside it, the context's affair must be one of the actor's section."""

    def require(self, context: Context, action: str) -> PolicyRow:
        """Return the row that permits the action to the actor's role.

        Raises:
            ActionNotPermitted: there is none.
            AffairOfAnotherSection: another section does the affair.
        """
        row = super().require(context, action)
        role = context.actor.role
        if action not in FOR_ALL_SECTIONS and not may_work_on(role, context.affair):
            raise AffairOfAnotherSection(role=role)
        return row
