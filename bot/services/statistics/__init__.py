"""Figures of any period that open to the rows behind them: duty entries, and how matters were answered."""
