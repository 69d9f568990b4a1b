"""Live sessions: planned and approved by two people, told in time, asked, held, and each question to its end."""
