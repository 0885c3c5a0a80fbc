"""Floor 3: values to bytes and back, by shape. What part of a message they fill is a protocol's matter."""
