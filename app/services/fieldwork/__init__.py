"""Interviewers in the field: their phones, their contacts, their quotas."""
