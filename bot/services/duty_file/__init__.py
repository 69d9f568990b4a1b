"""一人一档: one representative's file of a term, what is missing in it, quotas, the yearly check, binding."""
