"""The pension service (日本年金機構): who is enrolled in which pension, and the copies that answer about it."""
