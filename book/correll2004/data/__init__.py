"""What Table 1 says: the dictionary's rules, reading and coding, courses."""
