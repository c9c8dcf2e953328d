"""The demo country: composes all institutions, makes invented people, tells stories."""
