"""接待: whom an officer or a representative received face to face, and the cases that come of it."""
