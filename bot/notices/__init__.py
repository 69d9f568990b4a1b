"""Every text people read, one file a notice: a frozen dataclass of facts with a `render` that gives the content.

The voice is a good public servant's: short, concrete, polite, no jargon, and never a promise that a
representative will settle a matter (Deputies Law, Arts. 31 and 59).
"""
