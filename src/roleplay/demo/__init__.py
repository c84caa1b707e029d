"""A team to look around in: eight people, and ten weeks of what they did."""
