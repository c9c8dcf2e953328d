"""What the tax agency does, one use case a module."""
