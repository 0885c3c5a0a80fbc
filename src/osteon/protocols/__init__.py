"""Floor 4: an operation bound to HTTP, and HTTP bound back; one file a protocol."""
