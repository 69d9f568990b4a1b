"""The database: tables with their states, and one module of functions for each aggregate."""
