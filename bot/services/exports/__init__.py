"""Writing the record out as files (contract section 6).

Nothing is gathered here: whoever needs the words of a paper should not wait for the libraries that set it.
"""
