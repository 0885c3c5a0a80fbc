"""Whether a call is tried again, and when: decisions only. Nothing here sleeps, sends or asks for the time."""
