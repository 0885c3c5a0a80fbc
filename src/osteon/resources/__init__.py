"""Floor 7: objects over a client, made at run time from resource definitions."""
