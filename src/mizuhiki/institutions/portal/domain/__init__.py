"""Words of the portal: accounts, requests for card signatures, notices, the record of exchanges."""
