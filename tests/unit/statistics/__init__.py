"""Figures, their words and what is hidden of them."""
