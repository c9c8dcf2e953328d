"""The landing page of the demo country."""
