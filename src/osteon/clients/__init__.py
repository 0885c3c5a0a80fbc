"""Floor 6: client classes made at run time, and what is composed of calls. No call's own steps."""
