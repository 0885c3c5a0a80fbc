"""Where a request goes: endpoint rules, their functions, partitions, and the choice made for a call. No files, no events."""
