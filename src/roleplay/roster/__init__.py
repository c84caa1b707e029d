"""Who is in a team and what is asked of them: people, assignments, and everything that was done about them."""
