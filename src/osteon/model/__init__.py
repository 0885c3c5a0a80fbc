"""Floor 2: what a service can do, read from its files. Nothing here acts on it."""
