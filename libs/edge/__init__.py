"""What every HTTP edge shares: who asks, how it is answered, and what is refused before a rule is even reached."""
