"""The paper forms (domain A8): a Word template, its placeholders, and what they are filled with."""
