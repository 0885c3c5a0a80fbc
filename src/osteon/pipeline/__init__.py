"""Floor 5: the route of one call. Performs nothing itself: it yields effects to a runner."""
