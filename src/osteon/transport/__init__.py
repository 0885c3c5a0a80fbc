"""Floor 3: the only room with sockets, clocks, threads and loops."""
