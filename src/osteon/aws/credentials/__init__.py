"""Where AWS credentials are found: one file a kind of source. Signing stands elsewhere."""
