"""Training a topic model from labelled messages. scikit-learn is imported only while training."""

from bot.training.report import Report
from bot.training.rows import Row, RowsRefused, parse_rows
from bot.training.run import train

__all__ = ["Report", "Row", "RowsRefused", "parse_rows", "train"]
