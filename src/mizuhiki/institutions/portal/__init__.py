"""Citizen portal (情報提供等記録開示システム): sign-in by card, notices, and the verified record of exchanges."""
