"""Use cases: plain functions on an open session. They never commit and never call anyone over HTTP."""
