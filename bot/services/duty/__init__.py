"""The duty record (履职登记): what representatives did, put on record as a by-product of the work."""
