"""The words for codes: what happened, what is missing, and how to mend it."""
