"""The district in columns: people, places, ground and duty times, small and quick at any size."""
