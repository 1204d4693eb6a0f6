"""What was printed, what Table 1 gives, and the verdict on each number."""
