"""Runs of records that come in or go out, and what other systems are told."""
