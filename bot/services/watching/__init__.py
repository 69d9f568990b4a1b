"""Whether what is to be said gets out: figures, alarms, the nightly comparison, the page's addresses."""
