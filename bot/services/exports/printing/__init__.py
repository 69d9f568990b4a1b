"""Setting a filled Word document as a PDF: the part of Word that paper forms are made of, page by page."""

from bot.services.exports.printing.pages import print_document
from bot.services.exports.printing.reading import CannotPrint

__all__ = ["CannotPrint", "print_document"]
