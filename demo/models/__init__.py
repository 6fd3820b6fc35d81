"""Which demonstration this database holds."""

from demo.models.demonstration import Demonstration

__all__ = ["Demonstration"]
