"""履职积分: points are a view of the record under a rule set, told to whom they are of, line by line."""
