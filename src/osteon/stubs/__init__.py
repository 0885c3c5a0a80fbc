"""Floor 3: typed stubs of a service, made from its model, never from live classes."""
