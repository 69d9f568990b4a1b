"""What the pages of staff and representatives show, and what is done from them, by the services of the chat."""
