"""How people and places are called in a message, and the rules that follow from it."""
