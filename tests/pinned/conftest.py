"""A company for each test, on both databases."""

from tests.compensation.conftest import firm

__all__ = ["firm"]
