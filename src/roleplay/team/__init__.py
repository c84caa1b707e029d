"""What a team does together: people and their duties, assigning, handing in, reviewing, and how skills grow."""
