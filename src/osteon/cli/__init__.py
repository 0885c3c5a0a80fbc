"""Floor 10: the command line. Arguments in, exit code out; what a command does stands below."""
