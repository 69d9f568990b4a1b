"""The pages of a representative: their day, their visits, their duty record, their code."""
