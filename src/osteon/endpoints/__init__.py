"""Where a request goes: endpoint rules, their functions, partitions, the choice for a call. No files, no events."""
