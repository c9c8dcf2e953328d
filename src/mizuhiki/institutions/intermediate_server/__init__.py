"""An intermediate server with its interface system: pseudonyms, local copies, inquiries, provisions, notices."""
