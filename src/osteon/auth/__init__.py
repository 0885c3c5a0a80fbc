"""Floor 3: who is asking, and how a request shows it. The schemes of AWS are in aws/."""
