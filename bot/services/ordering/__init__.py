"""导出: the documents of the command `export`, by an address that a member asks for in the chat."""
