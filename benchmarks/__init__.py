"""Measurements of the product against PostgreSQL itself; never run by the tests."""
