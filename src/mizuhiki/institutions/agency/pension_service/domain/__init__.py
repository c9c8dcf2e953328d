"""State and rules of the pension service; pure."""

from mizuhiki.institutions.agency.pension_service.domain.enrolments import EnrolmentForm

__all__ = ["EnrolmentForm"]
