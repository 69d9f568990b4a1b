"""What a message is: danger, boundary, kind, urgency, language and parts, each read from words alone."""
